import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { EventStore, type StoredEvent } from '../inbox/index.js';
import { Outbox } from '../outbox/index.js';
import type { Tx } from '../platform/index.js';
import { ChatRules } from './chat-rules.service.js';
import { ConversationStore } from './conversation.store.js';
import { DoubleTexts } from './double-texting.service.js';
import { OwnerFollowUp } from './ownership/owner-follow-up.service.js';
import type { Sorted } from './sorting.js';
import { TurnStore } from './turn.store.js';
import { OpenWindow } from './window/open-window.service.js';

/** Stores what sorting found: the conversation, what became of each event, and the turn that answers the mail. */
@Injectable()
export class SortedMail {
  constructor(
    private readonly conversations: ConversationStore,
    private readonly events: EventStore,
    private readonly turns: TurnStore,
    private readonly doubleTexts: DoubleTexts,
    private readonly rules: ChatRules,
    private readonly outbox: Outbox,
    private readonly log: CorrelationLog,
    private readonly followUp: OwnerFollowUp,
    private readonly window: OpenWindow,
  ) {}

  /** Returns the run that lost its turn to the new mail, if one did. */
  async store(tx: Tx, chatId: string, sorted: Sorted, correlationId: string): Promise<string | null> {
    await this.conversations.save(tx, chatId, sorted.after);
    if (sorted.optChange) await this.log.append(tx, { type: sorted.optChange === 'out' ? 'chat.opted-out' : 'chat.opted-in', chatId, correlationId, detail: {} });
    for (const change of sorted.ownerChanges) await this.conversations.changeOwner(tx, chatId, change, { correlationId });
    await this.events.mark(tx, sorted.noted.map(({ id }) => id), 'read');
    await this.setAside(tx, chatId, sorted);
    for (const { id, correlationId: cause, backfill } of sorted.late) await this.log.append(tx, { type: 'mail.late', chatId, eventId: id, correlationId: cause, detail: { backfill } });
    if (sorted.after.owner !== 'agent') await this.standBack(tx, chatId, sorted);
    await this.followUp.follow(tx, chatId, sorted, correlationId);
    const mail = sorted.hasOpened ? await this.window.answer(tx, chatId, sorted, correlationId) : sorted.mail;
    return this.seekAnswer(tx, chatId, mail, correlationId);
  }

  private async seekAnswer(tx: Tx, chatId: string, mail: readonly StoredEvent[], fallback: string): Promise<string | null> {
    const [first] = mail;
    if (!first) return null;
    const rules = await this.rules.of(tx, chatId);
    const correlationId = first.correlationId || fallback;
    const isQueued = await this.turns.queue(tx, chatId, mail, { correlationId, debounce: rules.debounce });
    return isQueued ? null : this.doubleTexts.meet(tx, chatId, mail, rules, correlationId);
  }

  private async setAside(tx: Tx, chatId: string, { ignored, after }: Sorted): Promise<void> {
    for (const { event, reason } of ignored) {
      await this.events.mark(tx, [event.id], 'ignored', { reason });
      await this.log.append(tx, { type: 'mail.ignored', chatId, eventId: event.id, correlationId: event.correlationId, reason, detail: { owner: after.owner } });
    }
  }

  /**
   * Somebody else speaks now. What an operator who has written might contradict is not sent; what the flow asked for before
   * is, and so is what hands the chat to a person whom nobody has seen yet.
   */
  private async standBack(tx: Tx, chatId: string, { after, noted }: Sorted): Promise<void> {
    const reason = after.owner === 'human' ? 'owned-by-human' : 'not-handed-off';
    await this.turns.skipQueued(tx, chatId, reason);
    if (after.owner === 'human' && noted.some(({ author }) => author === 'operator')) await this.outbox.expireUnsent(tx, chatId, reason);
  }
}
