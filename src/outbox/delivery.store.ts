import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Database, OutboxConfig } from '../platform/index.js';
import { isHumans, type ChatQueue } from './chat-queue.store.js';
import type { Claim } from './message.js';
import type { Messages } from './next-step.js';
import { isWindowClosed } from './window.js';

/**
 * Longer than a living worker may hold a claim, so that it never loses what it is sending: it begins to write within half of
 * the time limit or not at all, the call takes the whole limit at most, and the margin is for the database.
 */
export const leaseOf = (sendTimeoutMs: number): number => sendTimeoutMs * 1.5 + 5000;

/** Claims messages for sending. */
@Injectable()
export class DeliveryStore {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly config: OutboxConfig,
  ) {}

  /**
   * Takes messages in hand, all of them or none, with one statement: state and epoch must be what was seen, no person may
   * have taken the chat, and its window must be open. The rows are locked in order, checked again as they are at that moment,
   * and only then changed, so of two workers one claims, and of a claim and a recall one wins. Null: look again.
   */
  async claim({ chatId, address }: ChatQueue, messages: Messages): Promise<Claim | null> {
    const [{ runId, correlationId }] = messages;
    const ids = messages.map(({ id }) => id);
    const epochs = messages.map(({ epoch }) => epoch);
    const attempt = Math.max(...messages.map(({ attempts }) => attempts)) + 1;
    const epoch = Math.max(...epochs) + 1;
    const leaseMs = leaseOf(this.config.sendTimeoutMs);
    const entry = { type: 'delivery.attempted', chatId, runId, correlationId, detail: { attempt, parts: ids.length } } as const;
    const [delivery] = await this.database.prisma.$queryRaw<{ id: bigint }[]>`
      WITH fit AS MATERIALIZED (
        SELECT message.id FROM message JOIN unnest(${ids}::uuid[], ${epochs}::int[]) AS seen(id, epoch) ON seen.id = message.id AND seen.epoch = message.epoch
        WHERE message.state IN ('planned', 'retrying') AND NOT EXISTS (SELECT FROM conversation WHERE conversation.chat_id = message.chat_id AND ${isHumans})
          AND NOT (message.kind <> 'intent' AND ${isWindowClosed(this.config.windowMarginMs)})
        ORDER BY message.part FOR UPDATE OF message
      ), claimed AS (
        UPDATE message SET state = 'sending', epoch = ${epoch}, attempts = ${attempt}, reason = NULL, lookups = 0, failed_looks = 0, doubt_until = NULL,
          sending_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000}), updated_at = clock_timestamp()
        FROM fit WHERE message.id = fit.id AND (SELECT count(*) FROM fit) = ${ids.length} RETURNING message.id
      ), attempted AS (
        INSERT INTO delivery (chat_id, run_id, message_ids, attempt)
        SELECT ${chatId}::uuid, ${runId}::uuid, ${ids}::uuid[], ${attempt} WHERE EXISTS (SELECT FROM claimed) RETURNING id
      ), noted AS (${this.log.entryWhen(entry, Prisma.sql`SELECT FROM attempted`)})
      SELECT id FROM attempted`;
    if (!delivery) return null;
    const plannedMs = Math.max(...messages.map((message) => message.plannedMs));
    return { deliveryId: delivery.id, runId, chatId, correlationId, attempt, plannedMs, epoch, address, messages: messages.map(({ id, part, outgoing }) => ({ id, part, outgoing })) };
  }
}
