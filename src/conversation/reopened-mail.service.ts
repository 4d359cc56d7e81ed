import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { EventStore, type StoredEvent } from '../inbox/index.js';
import type { Tx } from '../platform/index.js';

/** How long before the hand-off a message may have come and still be the one that caused it. */
const lookBackMs = 60_000;

/**
 * The webhook tells of a customer's message before the flow has looked at it, so the message that makes the flow hand over
 * was set aside as the flow's business a moment earlier. When the hand-over comes, the last burst before it is mail again.
 */
@Injectable()
export class ReopenedMail {
  constructor(
    private readonly events: EventStore,
    private readonly log: CorrelationLog,
  ) {}

  async reopen(tx: Tx, chatId: string, now: Date): Promise<StoredEvent[]> {
    const burst = await this.lastBurst(tx, chatId, now);
    if (burst.length === 0) return [];
    await this.events.mark(tx, burst.map(({ id }) => id), 'received');
    await this.log.append(tx, { type: 'mail.reopened', chatId, correlationId: burst[0]?.correlationId ?? null, detail: { count: burst.length } });
    return burst;
  }

  /** The customer's last messages that were left to the flow, back to the flow's last line before them. */
  private async lastBurst(tx: Tx, chatId: string, now: Date): Promise<StoredEvent[]> {
    const aside = await this.events.setAside(tx, chatId, 'not-handed-off', new Date(now.getTime() - lookBackMs));
    const last = aside.at(-1);
    if (!last) return [];
    const flowSpokeAt = await this.events.lastFlowLineBefore(tx, chatId, last.occurredAt);
    return aside.filter(({ occurredAt }) => !flowSpokeAt || occurredAt > flowSpokeAt);
  }
}
