import { Injectable } from '@nestjs/common';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { Database, Metrics, type Tx } from '../platform/index.js';
import { Follow } from './follow.service.js';
import type { Claim } from './message.js';

/** What became of an attempt. */
export type Outcome =
  | { kind: 'accepted'; httpStatus: number; notificationId: string | null; ms: number }
  /** `wasCalled` is false when Botmaker was not asked at all: such an attempt is not counted. */
  | { kind: 'retrying'; code: string; httpStatus: number | null; inMs: number; wasCalled: boolean }
  | { kind: 'rejected'; code: string; httpStatus: number | null }
  | { kind: 'in-doubt'; code: string; httpStatus: number | null; holdMs: number };

/**
 * Writes down what became of an attempt. Each update is guarded by state and epoch: a worker that was thought dead can't
 * overwrite what came after it, and an echo that arrived before the answer has already moved the message on.
 */
@Injectable()
export class DeliveryOutcomeStore {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
    private readonly follow: Follow,
  ) {}

  async record(claim: Claim, outcome: Outcome): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await this.apply(tx, claim, outcome);
      await tx.delivery.update({
        where: { id: claim.deliveryId },
        data: { outcome: outcome.kind, httpStatus: outcome.httpStatus, code: outcome.kind === 'accepted' ? null : outcome.code, endedAt: new Date() },
      });
      await this.log.append(tx, entryOf(claim, outcome));
    });
    this.metrics.deliveries.inc({ outcome: outcome.kind });
    if (outcome.kind === 'accepted') this.metrics.lastSend.setToCurrentTime();
  }

  private async apply(tx: Tx, claim: Claim, outcome: Outcome): Promise<void> {
    const ids = claim.messages.map(({ id }) => id);
    switch (outcome.kind) {
      case 'accepted':
        await this.accept(tx, claim, ids, outcome.notificationId);
        return;
      case 'retrying':
        await tx.$executeRaw`
          UPDATE message SET state = 'retrying', lease_until = NULL, reason = ${outcome.code}, updated_at = clock_timestamp(),
            attempts = attempts - ${outcome.wasCalled ? 0 : 1},
            next_attempt_at = clock_timestamp() + make_interval(secs => ${outcome.inMs / 1000})
          WHERE id = ANY(${ids}::uuid[]) AND state = 'sending' AND epoch = ${claim.epoch}`;
        return;
      case 'rejected':
        await this.reject(tx, claim, ids, outcome.code);
        return;
      case 'in-doubt':
        await tx.$executeRaw`
          UPDATE message SET lease_until = NULL, reason = ${outcome.code}, updated_at = clock_timestamp(),
            doubt_until = sending_at + make_interval(secs => ${outcome.holdMs / 1000})
          WHERE id = ANY(${ids}::uuid[]) AND state = 'sending' AND epoch = ${claim.epoch}`;
        return;
    }
  }

  /**
   * An acceptance is knowledge, however late it comes: it settles a doubt, and what was given up as unknown. What another
   * worker has in hand again is left to him.
   */
  private async accept(tx: Tx, claim: Claim, ids: string[], notificationId: string | null): Promise<void> {
    await tx.$executeRaw`
      UPDATE message SET notification_id = coalesce(notification_id, ${notificationId}), accepted_at = coalesce(accepted_at, clock_timestamp()), updated_at = clock_timestamp()
      WHERE id = ANY(${ids}::uuid[])`;
    await tx.$executeRaw`
      UPDATE message SET state = 'accepted', reason = NULL, lease_until = NULL, doubt_until = NULL
      WHERE id = ANY(${ids}::uuid[]) AND (state = 'unknown' OR (state = 'sending' AND (epoch = ${claim.epoch} OR doubt_until IS NOT NULL)))`;
    if (notificationId !== null) await this.follow.accepted(tx, ids, notificationId);
  }

  /** Half an answer is worse than none: what stands behind a refused part of the same turn does not go out. Intents do. */
  private async reject(tx: Tx, claim: Claim, ids: string[], code: string): Promise<void> {
    const refused = await tx.$executeRaw`
      UPDATE message SET state = 'dead', lease_until = NULL, reason = ${code}, updated_at = clock_timestamp()
      WHERE id = ANY(${ids}::uuid[]) AND state = 'sending' AND epoch = ${claim.epoch}`;
    if (refused === 0) return;
    const behind = await tx.$executeRaw`
      UPDATE message SET state = 'dead', reason = 'earlier-part-failed', updated_at = clock_timestamp()
      WHERE run_id = ${claim.runId}::uuid AND kind = 'text' AND state IN ('planned', 'retrying')`;
    this.metrics.messages.inc({ state: 'dead' }, refused + behind);
  }
}

function entryOf(claim: Claim, outcome: Outcome): NewEntry {
  const refs = { chatId: claim.chatId, runId: claim.runId, correlationId: claim.correlationId };
  const { attempt } = claim;
  switch (outcome.kind) {
    case 'accepted':
      return { type: 'delivery.accepted', ...refs, detail: { attempt, httpStatus: outcome.httpStatus, ms: outcome.ms } };
    case 'retrying':
      return { type: 'delivery.retrying', ...refs, detail: { attempt, code: outcome.code, inMs: outcome.inMs } };
    case 'rejected':
      return { type: 'delivery.rejected', ...refs, detail: { attempt, code: outcome.code, httpStatus: outcome.httpStatus } };
    case 'in-doubt':
      return { type: 'delivery.in-doubt', ...refs, detail: { attempt, code: outcome.code, holdMs: outcome.holdMs } };
  }
}
