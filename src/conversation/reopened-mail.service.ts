import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { EventStore, type StoredEvent } from '../inbox/index.js';
import { ConversationConfig, type Tx } from '../platform/index.js';

/** How long before the hand-off a message may have come and still be the one that caused it. */
const lookBackMs = 60_000;

/** The hand-over was lost and the sweep found it: its message waits as long as an answer to it still makes sense. */
const isFoundLate = ({ backfill, kind }: StoredEvent): boolean => backfill && kind === 'variables';

/**
 * The webhook tells of a customer's message before the flow has looked at it, so the message that makes the flow hand over
 * was set aside as the flow's business a moment earlier. When the hand-over comes, the last burst before it is mail again.
 */
@Injectable()
export class ReopenedMail {
  constructor(
    private readonly events: EventStore,
    private readonly log: CorrelationLog,
    private readonly config: ConversationConfig,
  ) {}

  /** `unread` is what came with the hand-over. Returns what was reopened, oldest first. */
  async reopen(tx: Tx, chatId: string, unread: readonly StoredEvent[], now: Date): Promise<StoredEvent[]> {
    const burst = await this.lastBurst(tx, chatId, unread, now);
    if (burst.length === 0) return [];
    await this.events.mark(tx, burst.map(({ id }) => id), 'received');
    await this.log.append(tx, { type: 'mail.reopened', chatId, correlationId: burst[0]?.correlationId ?? null, detail: { count: burst.length } });
    return burst;
  }

  /**
   * The customer's last messages that were left to the flow, back to the flow's last line before the message that made it
   * hand over: the one that came with the hand-over, or else the last one set aside. What the flow answered stays answered.
   */
  private async lastBurst(tx: Tx, chatId: string, unread: readonly StoredEvent[], now: Date): Promise<StoredEvent[]> {
    const reachMs = unread.some(isFoundLate) ? this.config.lateAnswerMaxAgeMs : lookBackMs;
    const aside = await this.events.setAside(tx, chatId, 'not-handed-off', new Date(now.getTime() - reachMs));
    const cause = unread.find(({ author }) => author === 'customer') ?? aside.at(-1);
    if (!cause) return [];
    const flowSpokeAt = await this.events.lastFlowLineBefore(tx, chatId, cause.occurredAt);
    return aside.filter(({ occurredAt }) => !flowSpokeAt || occurredAt > flowSpokeAt);
  }
}
