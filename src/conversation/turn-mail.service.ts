import { Injectable } from '@nestjs/common';
import type { AgentInput } from '../agent/index.js';
import type { ChatAddress } from '../botmaker/index.js';
import { EventStore, type StoredEvent } from '../inbox/index.js';
import { Outbox } from '../outbox/index.js';
import { ConversationConfig, isOpen, type ChannelRules, type Tx } from '../platform/index.js';
import { describeContent } from './describe-content.js';
import { EffectStore } from './effect.store.js';
import { FlowAnswers } from './flow-answers.service.js';
import { HistoryReadModel } from './history.read-model.js';
import type { ConversationState } from './sorting.js';
import type { ClaimedTurn } from './turn.store.js';

/** A turn with its mail, and what is known of its chat. */
export interface MailTurn extends ClaimedTurn {
  mail: StoredEvent[];
  conversation: ConversationState;
  /** Of the line that the chat is on. */
  rules: ChannelRules;
}

/** The mail of a turn, and what the agent reads of it. */
@Injectable()
export class TurnMail {
  constructor(
    private readonly events: EventStore,
    private readonly history: HistoryReadModel,
    private readonly effects: EffectStore,
    private readonly flow: FlowAnswers,
    private readonly outbox: Outbox,
    private readonly config: ConversationConfig,
  ) {}

  /**
   * On a second attempt the mail is what the first one read. On the first it is all that waits in the chat, after what an
   * earlier turn read whose answer has not gone out and is called back: one answer to everything instead of a stale one first.
   */
  async take(tx: Tx, { runId, chatId, epoch }: ClaimedTurn): Promise<StoredEvent[]> {
    const taken = epoch > 1 ? await this.events.ofRun(tx, runId) : [];
    if (taken.length > 0) return taken;
    const unread = (await this.events.unread(tx, chatId)).filter(({ author }) => author === 'customer');
    if (unread.length === 0 || (await this.flow.setAside(tx, chatId, unread))) return [];
    const mail = [...unread];
    for (const recalled of await this.outbox.recallUnsent(tx, chatId)) {
      mail.push(...(await this.events.ofRun(tx, recalled)));
      await this.effects.handOn(tx, recalled, runId);
    }
    await this.events.mark(tx, mail.map(({ id }) => id), 'read', { runId });
    return mail.sort((one, other) => one.occurredAt.getTime() - other.occurredAt.getTime());
  }

  async inputOf(reads: Pick<Tx, 'chat' | 'event' | 'message' | 'effect'>, { runId, chatId, conversation, mail, rules }: MailTurn): Promise<{ address: ChatAddress; input: AgentInput }> {
    const chat = await reads.chat.findUniqueOrThrow({ where: { id: chatId } });
    const { [this.config.handoffVariable]: _handoff, ...variables } = conversation.variables;
    const now = new Date();
    return {
      address: { platform: chat.platform, channelId: chat.channelId, contactId: chat.contactId, chatId: chat.botmakerChatId },
      input: {
        runId,
        chatId,
        platform: chat.platform,
        customerName: chat.name,
        line: rules.name,
        language: rules.language,
        timeZone: rules.timeZone,
        isOpen: isOpen(rules, now),
        variables,
        history: await this.history.before(reads, chatId, mail),
        effects: await this.effects.had(reads, runId),
        mail: mail.map((event) => ({ author: 'customer' as const, text: describeContent(event.content), at: event.occurredAt })),
        now,
      },
    };
  }
}
