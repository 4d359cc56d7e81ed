import type { WireEvent } from '../../../src/botmaker/index.js';
import type { StoredEvent } from '../../../src/inbox/index.js';
import { fileEvent, newsOfDuplicate, type FiledEvent } from '../../../src/webhook/filed-event.js';
import { nothingLate } from '../../../src/conversation/late-mail.js';
import { isHandOver, sort, type ConversationState, type Owner, type Sorted } from '../../../src/conversation/sorting.js';
import { handoffVariable } from './told.js';

/** The product's rules that decide who may speak. A control replaces one. */
export const ownerRules = { sort, isHandOver, newsOfDuplicate };
export type OwnerRules = typeof ownerRules;

export interface Reading {
  before: ConversationState;
  batch: StoredEvent[];
  sorted: Sorted;
}

const body = new Uint8Array();

/** What the webhook told at `at`, as the reader of bodies hands it to the inbox. */
export function heard(wire: WireEvent, at: Date): FiledEvent {
  return fileEvent(wire, { id: 0n, door: 'webhook', body, deliveryKey: null, correlationId: '', receivedAt: at }, 'chat');
}

const dayMs = 24 * 3_600_000;
/** As `reopened-mail.service.ts`. */
const lookBackMs = 60_000;

/**
 * The inbox and the conversation of one chat, in memory: what `envelope-filing`, `event.store`, `sort-mail.handler`,
 * `sorted-mail` and `reopened-mail` keep in tables. Each method is one transaction.
 */
export class Desk {
  readonly rows: StoredEvent[] = [];
  conversation: ConversationState = { owner: 'flow', variables: {}, sessionId: null, lastCustomerAt: null, lastOperatorAt: null, windowClosesAt: null, optedOutAt: null };
  private readonly told = new Map<string, Record<string, string> | undefined>();

  constructor(private readonly rules: OwnerRules) {}

  /** Files what the webhook told, each thing once: the unique key. True when there is something to sort. */
  tell(filed: FiledEvent): boolean {
    if (!this.told.has(filed.row.key)) return this.keep(filed.row, filed.wire.variables ?? undefined);
    const news = this.rules.newsOfDuplicate(filed, this.told.get(filed.row.key));
    return news !== null && !this.told.has(news.row.key) && this.keep(news.row, news.wire.variables ?? undefined);
  }

  /** Sorts what nobody has read. Null when there is nothing. */
  read(now: Date): Reading | null {
    const unread = this.inOrder(({ state }) => state === 'received');
    if (unread.length === 0) return null;
    const rules = { handoffVariable, answerMaxAgeMs: 2 * dayMs, lateAnswerMaxAgeMs: 2 * dayMs, late: nothingLate, now };
    const before = this.conversation;
    const first = this.rules.sort(before, unread, rules);
    const reopened = this.rules.isHandOver(first) ? this.lastBurst(unread, now) : [];
    const batch = [...reopened, ...unread];
    const sorted = reopened.length > 0 ? this.rules.sort(before, batch, rules) : first;
    this.conversation = sorted.after;
    for (const event of reopened) Object.assign(event, { state: 'received', reason: null });
    for (const event of sorted.noted) event.state = 'read';
    for (const { event, reason } of sorted.ignored) Object.assign(event, { state: 'ignored', reason });
    return { before, batch, sorted };
  }

  /** A turn: reads the mail that waits and leaves the chat to `owner`. How many messages it answered; none when it is not ours. */
  answer(owner: Owner): number {
    if (this.conversation.owner !== 'agent') return 0;
    const mail = this.rows.filter(({ state, author }) => state === 'received' && author === 'customer');
    for (const event of mail) event.state = 'read';
    if (mail.length > 0) this.conversation = { ...this.conversation, owner };
    return mail.length;
  }

  /** What became of each message of the customer, by its text. */
  outcomes(): string {
    return this.rows.filter(({ author }) => author === 'customer').map(({ text, state, reason }) => `${text}: ${reason ?? state}`).sort().join(', ');
  }

  private keep(row: FiledEvent['row'], variables: Record<string, string> | undefined): boolean {
    this.told.set(row.key, variables);
    const { kind, author, state, reason, text, content, backfill, occurredAt, receivedAt } = row;
    this.rows.push({ id: BigInt(this.rows.length), kind, author, state, reason, text, content: content as StoredEvent['content'], backfill, occurredAt, receivedAt, correlationId: '' });
    return state === 'received';
  }

  /** As `ReopenedMail`: the customer's last messages that were left to the flow, back to the flow's last line. */
  private lastBurst(unread: readonly StoredEvent[], now: Date): StoredEvent[] {
    const aside = this.inOrder((event) => event.reason === 'not-handed-off' && event.receivedAt.getTime() >= now.getTime() - lookBackMs);
    const cause = unread.find(({ author }) => author === 'customer') ?? aside.at(-1);
    if (!cause) return [];
    const spoke = this.inOrder(({ author, occurredAt }) => author === 'flow' && occurredAt < cause.occurredAt).at(-1)?.occurredAt;
    return aside.filter(({ occurredAt }) => !spoke || occurredAt > spoke);
  }

  private inOrder(wanted: (event: StoredEvent) => boolean): StoredEvent[] {
    return this.rows.filter(wanted).sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || Number(a.id - b.id));
  }
}
