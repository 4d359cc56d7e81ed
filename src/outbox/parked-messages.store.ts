import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Database, Jobs, Metrics, OutboxConfig, type Tx } from '../platform/index.js';
import type { Messages } from './next-step.js';
import { deliver, windowClosed } from './outbox.jobs.js';
import { isWindowClosed } from './window.js';

const isParked = Prisma.sql`message.state = 'held' AND message.reason = 'window-closed'`;

interface Parked {
  id: string;
  runId: string;
  correlationId: string;
}

/** What stands parked in a chat. */
export interface ParkedAnswers {
  runId: string;
  correlationId: string;
  /** Nothing keeps them any more: the customer has written since, or the window turned out to be open. */
  mayGo: boolean;
}

/**
 * Answers that are ready when the window of their chat has closed. They are said as they are when the customer writes; how he is
 * asked to is the conversation's business, which hears of each by a job (`windowClosed`).
 */
@Injectable()
export class ParkedMessages {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly jobs: Jobs,
    private readonly metrics: Metrics,
    private readonly config: OutboxConfig,
  ) {}

  /** What waits is kept back; what the window is open for by now, or somebody else has in hand, is left alone. */
  async park(chatId: string, messages: Messages): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const parked = await tx.$queryRaw<Parked[]>`
        UPDATE message SET state = 'held', reason = 'window-closed', updated_at = clock_timestamp()
        WHERE id = ANY(${messages.map(({ id }) => id)}::uuid[]) AND state IN ('planned', 'retrying') AND doubted_at IS NULL AND ${isWindowClosed(this.config.windowMarginMs)}
        RETURNING id, run_id AS "runId", correlation_id AS "correlationId"`;
      await this.noteParked(tx, chatId, parked);
    });
  }

  /**
   * The platform told afterwards that the window had closed: nobody has seen the message, so it is parked like one that was never
   * sent. The copy that was refused is remembered, because its echo may still come and must not count as a second one. False: the
   * message has gone on since.
   */
  async refused(tx: Tx, { id, chatId, runId, correlationId }: Parked & { chatId: string }, remoteId: string | null): Promise<boolean> {
    const parked = await tx.$executeRaw`
      UPDATE message SET state = 'held', reason = 'window-closed', refused_at = clock_timestamp(), refused_remote_id = coalesce(${remoteId}, remote_id),
        remote_id = NULL, notification_id = NULL, accepted_at = NULL, confirmed_at = NULL, confirmed_by = NULL, lease_until = NULL, doubt_until = NULL, doubted_at = NULL,
        updated_at = clock_timestamp()
      WHERE id = ${id}::uuid AND kind <> 'intent' AND state IN ('sending', 'accepted', 'sent')`;
    if (parked > 0) await this.noteParked(tx, chatId, [{ id, runId, correlationId }]);
    return parked > 0;
  }

  /** The echo of a copy that was refused before it was told of. */
  async noteRefusedCopy(tx: Tx, id: string, remoteId: string | null): Promise<void> {
    await tx.$executeRaw`UPDATE message SET refused_remote_id = coalesce(refused_remote_id, ${remoteId}) WHERE id = ${id}::uuid`;
  }

  /** Null: nothing is parked in the chat. */
  async standing(tx: Tx, chatId: string): Promise<ParkedAnswers | null> {
    const [first] = await tx.$queryRaw<ParkedAnswers[]>`
      SELECT run_id AS "runId", correlation_id AS "correlationId",
        (refused_at IS NULL AND NOT ${isWindowClosed(this.config.windowMarginMs)}) OR EXISTS (
          SELECT FROM event WHERE event.chat_id = message.chat_id AND event.author = 'customer' AND event.received_at > message.updated_at
            AND event.occurred_at > clock_timestamp() - interval '23 hours') AS "mayGo"
      FROM message WHERE chat_id = ${chatId}::uuid AND ${isParked} ORDER BY created_at, part LIMIT 1`;
    return first ?? null;
  }

  /** The customer has written: what was parked is said, in its order. Returns the runs whose answers these are, the last one last. */
  async release(tx: Tx, chatId: string): Promise<string[]> {
    const released = await this.change(tx, chatId, Prisma.sql`state = 'planned', reason = NULL, next_attempt_at = clock_timestamp()`, Prisma.empty);
    const [first] = released;
    if (!first) return [];
    await this.log.append(tx, ...released.map(({ id, runId, correlationId }) => ({ type: 'message.released' as const, chatId, runId, messageId: id, correlationId, detail: {} })));
    await this.jobs.enqueue(tx, deliver, { chatId, correlationId: first.correlationId });
    return [...new Set(released.map(({ runId }) => runId))];
  }

  /** They are not said any more. `olderThanMs`: only those that were made so long ago. */
  async expire(tx: Tx, chatId: string, reason: string, olderThanMs = 0): Promise<void> {
    const gone = await this.change(tx, chatId, Prisma.sql`state = 'expired', reason = ${reason}`, Prisma.sql`AND message.created_at <= clock_timestamp() - make_interval(secs => ${olderThanMs / 1000})`);
    this.metrics.messages.inc({ state: 'expired' }, gone.length);
    await this.log.append(tx, ...gone.map(({ id, runId, correlationId }) => ({ type: 'message.expired' as const, chatId, runId, messageId: id, correlationId, reason, detail: {} })));
  }

  private async change(tx: Tx, chatId: string, change: Prisma.Sql, which: Prisma.Sql): Promise<Parked[]> {
    const changed = await tx.$queryRaw<(Parked & { createdAt: Date; part: number })[]>`
      UPDATE message SET ${change}, updated_at = clock_timestamp() WHERE chat_id = ${chatId}::uuid AND ${isParked} ${which}
      RETURNING id, run_id AS "runId", correlation_id AS "correlationId", created_at AS "createdAt", part`;
    return changed.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime() || one.part - other.part);
  }

  private async noteParked(tx: Tx, chatId: string, parked: readonly Parked[]): Promise<void> {
    const [first] = parked;
    if (!first) return;
    this.metrics.messages.inc({ state: 'held' }, parked.length);
    await this.log.append(tx, ...parked.map(({ id, runId, correlationId }) => ({ type: 'message.held' as const, chatId, runId, messageId: id, correlationId, reason: 'window-closed', detail: {} })));
    await this.jobs.enqueue(tx, windowClosed, { chatId, correlationId: first.correlationId });
  }
}
