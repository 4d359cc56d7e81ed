import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Database, Metrics, type Tx } from '../platform/index.js';
import type { Settlement } from './after-lookup.js';
import type { Messages } from './next-step.js';
import type { OpenMessage } from './open-message.js';

const counted = {
  absent: Prisma.sql`lookups = lookups + 1, failed_looks = 0`,
  failed: Prisma.sql`failed_looks = failed_looks + 1`,
};

/**
 * What becomes of messages that are not being sent. Each update is guarded by what was seen: when an echo, an answer that
 * came late or another worker was first, nothing is written.
 */
@Injectable()
export class DoubtStore {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** The worker died between its claim and its answer. Its epoch ends here: should it live after all, it writes nothing. */
  async hold(chatId: string, messages: Messages, doubtMs: number): Promise<void> {
    const [head] = messages;
    await this.database.inTransaction(async (tx) => {
      const lost = await tx.$executeRaw`
        UPDATE message SET doubt_until = sending_at + make_interval(secs => ${doubtMs / 1000}), doubted_at = coalesce(doubted_at, sending_at),
          lease_until = NULL, epoch = epoch + 1, updated_at = clock_timestamp()
        WHERE id = ANY(${messages.map(({ id }) => id)}::uuid[]) AND state = 'sending' AND epoch = ${head.epoch} AND doubt_until IS NULL AND coalesce(lease_until, '-infinity') <= clock_timestamp()`;
      if (lost > 0) await this.log.append(tx, { type: 'delivery.in-doubt', ...refs(chatId, head), detail: { attempt: head.attempts, code: 'outbox.worker-lost', holdMs: doubtMs } });
    });
  }

  /** What waits and no longer fits is not sent. */
  async expire(chatId: string, messages: Messages, reason: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      for (const message of messages) {
        const gone = await tx.$executeRaw`
          UPDATE message SET state = 'expired', reason = ${reason}, updated_at = clock_timestamp()
          WHERE id = ${message.id}::uuid AND epoch = ${message.epoch} AND state IN ('planned', 'retrying')`;
        if (gone > 0) await this.noteEnd(tx, chatId, message, { kind: 'expired', reason });
      }
    });
  }

  /** The look is this worker's for so long: others would spend looks on the same. False: another's is under way, or the doubt is over. */
  async reserve(messages: Messages, ms: number): Promise<boolean> {
    const reserved = await this.database.prisma.$executeRaw`
      UPDATE message SET doubt_until = clock_timestamp() + make_interval(secs => ${ms / 1000}), updated_at = clock_timestamp()
      FROM unnest(${messages.map(({ id }) => id)}::uuid[], ${messages.map(({ epoch }) => epoch)}::int[], ${messages.map(({ lookups }) => lookups)}::int[]) AS seen (id, epoch, lookups)
      WHERE message.id = seen.id AND message.epoch = seen.epoch AND message.lookups = seen.lookups AND state = 'sending' AND doubt_until <= clock_timestamp()`;
    return reserved === messages.length;
  }

  /** Locks it. False: the doubt was over, or another look was noted, since the message was seen. */
  async isAsSeen(tx: Tx, { id, epoch, lookups }: OpenMessage): Promise<boolean> {
    const rows = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM message WHERE id = ${id}::uuid AND epoch = ${epoch} AND lookups = ${lookups} AND state = 'sending' AND doubt_until IS NOT NULL FOR UPDATE`;
    return rows.length === 1;
  }

  /** By the time of the transaction: the parts of one call are due together again, so that they are looked for and sent together. */
  async settle(tx: Tx, chatId: string, message: OpenMessage, settlement: Settlement): Promise<void> {
    switch (settlement.kind) {
      case 'confirmed':
        return;
      case 'look-again':
        await this.change(tx, message, Prisma.sql`${counted[settlement.saw]}, doubt_until = now() + make_interval(secs => ${settlement.inMs / 1000})`);
        return;
      case 'resend': {
        const isOurs = await this.change(tx, message, Prisma.sql`state = 'retrying', reason = NULL, doubt_until = NULL, resent_at = clock_timestamp(), next_attempt_at = now()`);
        if (!isOurs) return;
        this.metrics.doubtsResolved.inc({ by: 'resent' });
        await this.log.append(tx, { type: 'message.resending', ...refs(chatId, message), detail: { looks: message.lookups + 1 } });
        return;
      }
      case 'expired':
      case 'unknown': {
        const isOurs = await this.change(tx, message, Prisma.sql`state = ${settlement.kind}, reason = ${settlement.reason}, doubt_until = NULL`);
        if (!isOurs) return;
        this.metrics.doubtsResolved.inc({ by: settlement.kind });
        await this.noteEnd(tx, chatId, message, settlement);
      }
    }
  }

  /** False: the doubt was over, or another look was noted, since the message was seen. */
  private async change(tx: Tx, { id, epoch, lookups }: OpenMessage, change: Prisma.Sql): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE message SET ${change}, updated_at = clock_timestamp()
      WHERE id = ${id}::uuid AND epoch = ${epoch} AND lookups = ${lookups} AND state = 'sending' AND doubt_until IS NOT NULL`;
    return changed === 1;
  }

  private async noteEnd(tx: Tx, chatId: string, message: OpenMessage, { kind, reason }: Extract<Settlement, { kind: 'expired' | 'unknown' }>): Promise<void> {
    this.metrics.messages.inc({ state: kind });
    const what = { ...refs(chatId, message), reason };
    await this.log.append(tx, kind === 'expired' ? { type: 'message.expired', ...what, detail: {} } : { type: 'message.unknown', ...what, detail: { heldMs: Math.round(message.sendingMs ?? 0) } });
  }
}

const refs = (chatId: string, { id, runId, correlationId }: OpenMessage): { chatId: string; runId: string; messageId: string; correlationId: string } => ({ chatId, runId, messageId: id, correlationId });
