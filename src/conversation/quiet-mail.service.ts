import { Injectable } from '@nestjs/common';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { EventStore, type MarkedEvent, type StoredEvent } from '../inbox/index.js';
import { ConversationConfig, type Tx } from '../platform/index.js';
import { ConversationStore } from './conversation.store.js';
import { nothingLate } from './late-mail.js';
import { isInQuestion } from './ownership/owner-follow-up.service.js';
import { sort, type Sorted } from './sorting.js';

/** The chats that were not sorted: whose mail leads to more, and that somebody else holds. Nobody waits here for another. */
export interface Left {
  alone: string[];
  held: string[];
}

/**
 * Most of what a webhook tells concerns nobody but the flow: its own chats, the echo of what we said. Such events of many chats
 * are sorted with a handful of statements together, where each chat alone would take as many. Whatever leads to more than being
 * noted is left to the chat's own sorting.
 */
@Injectable()
export class QuietMail {
  constructor(
    private readonly conversations: ConversationStore,
    private readonly events: EventStore,
    private readonly log: CorrelationLog,
    private readonly config: ConversationConfig,
  ) {}

  async sort(tx: Tx, chatIds: readonly string[]): Promise<Left> {
    const known = await this.conversations.lockFree(tx, chatIds);
    const unread = await this.events.unreadOf(tx, [...known.keys()]);
    const { handoffVariable, answerMaxAgeMs, lateAnswerMaxAgeMs } = this.config;
    const rules = { handoffVariable, answerMaxAgeMs, lateAnswerMaxAgeMs, late: nothingLate, now: new Date() };
    const quiet = new Map<string, Sorted>();
    for (const [chatId, before] of known) {
      const events = unread.get(chatId) ?? [];
      const sorted = sort(before, events, rules);
      if (isQuiet(sorted, events, handoffVariable)) quiet.set(chatId, sorted);
    }
    await this.store(tx, quiet);
    return { alone: [...known.keys()].filter((chatId) => !quiet.has(chatId)), held: chatIds.filter((chatId) => !known.has(chatId)) };
  }

  private async store(tx: Tx, quiet: ReadonlyMap<string, Sorted>): Promise<void> {
    const [marks, entries]: [MarkedEvent[], NewEntry[]] = [[], []];
    for (const [chatId, { noted, ignored, after }] of quiet) {
      marks.push(...noted.map(({ id }): MarkedEvent => ({ id, state: 'read', reason: null })));
      for (const { event, reason } of ignored) {
        marks.push({ id: event.id, state: 'ignored', reason });
        entries.push({ type: 'mail.ignored', chatId, eventId: event.id, correlationId: event.correlationId, reason, detail: { owner: after.owner } });
      }
    }
    await this.conversations.saveAll(tx, new Map([...quiet].filter(([, { noted, ignored }]) => noted.length + ignored.length > 0).map(([chatId, { after }]) => [chatId, after])));
    await this.events.markAll(tx, marks);
    await this.log.append(tx, ...entries);
  }
}

/** Nobody else speaks from now on, nobody is to be answered, and nothing that waits is touched by it. */
function isQuiet(sorted: Sorted, events: readonly StoredEvent[], handoffVariable: string): boolean {
  const { mail, ownerChanges, hasOpened, optChange } = sorted;
  const needsMore = ({ kind, author, backfill }: StoredEvent): boolean => backfill || kind === 'code-action' || author === 'operator';
  return mail.length === 0 && ownerChanges.length === 0 && !hasOpened && optChange === null && !events.some(needsMore) && !isInQuestion(sorted, handoffVariable);
}
