import { Injectable } from '@nestjs/common';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Database, Metrics, type Tx } from '../platform/index.js';
import type { Outcome } from './after-attempt.js';
import { Follow } from './follow.service.js';
import type { Claim } from './message.js';

type Accepted = Extract<Outcome, { kind: 'accepted' }>;

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
    if (outcome.kind === 'accepted') await this.accept(claim, outcome);
    else await this.database.inTransaction((tx) => this.fail(tx, claim, outcome));
    this.metrics.deliveries.inc({ outcome: outcome.kind });
  }

  /**
   * An acceptance is knowledge, however late it comes: it settles a doubt, calls off a resend, and tells the truth of what
   * was given up. What another worker has in hand again is left to him. The common case, so it is one statement.
   */
  private async accept(claim: Claim, outcome: Accepted): Promise<void> {
    const ids = claim.messages.map(({ id }) => id);
    const { notificationId } = outcome;
    const [found] = await this.database.prisma.$queryRaw<{ settled: number; hasEarlyStatus: boolean }[]>`
      WITH seen AS MATERIALIZED (
        SELECT id, doubt_until IS NOT NULL AS "isInDoubt", state = 'unknown' OR (state IN ('planned', 'retrying', 'expired') AND doubted_at IS NOT NULL)
          OR (state = 'sending' AND (epoch = ${claim.epoch} OR doubt_until IS NOT NULL)) AS settles
        FROM message WHERE id = ANY(${ids}::uuid[]) ORDER BY part FOR UPDATE
      ), told AS (
        UPDATE message SET notification_id = coalesce(notification_id, ${notificationId}), accepted_at = coalesce(accepted_at, clock_timestamp()), updated_at = clock_timestamp(),
          state = CASE WHEN settles THEN 'accepted' ELSE state END, reason = CASE WHEN settles THEN NULL ELSE reason END,
          lease_until = CASE WHEN settles THEN NULL ELSE lease_until END, doubt_until = CASE WHEN settles THEN NULL ELSE doubt_until END
        FROM seen WHERE message.id = seen.id
      ), ended AS (
        UPDATE delivery SET outcome = 'accepted', http_status = ${outcome.httpStatus}, ended_at = clock_timestamp() WHERE id = ${claim.deliveryId} RETURNING id
      ), noted AS (${this.log.entryWhen(entryOf(claim, outcome), Prisma.sql`SELECT FROM ended`)})
      SELECT (SELECT count(*)::int FROM seen WHERE settles AND "isInDoubt") AS settled,
        EXISTS (SELECT FROM early_status WHERE remote_id = ${notificationId} OR tx_id = ${notificationId}) AS "hasEarlyStatus"`;
    this.metrics.doubtsResolved.inc({ by: 'answer' }, found?.settled ?? 0);
    this.metrics.lastSend.setToCurrentTime();
    if (notificationId !== null && found?.hasEarlyStatus) await this.database.inTransaction((tx) => this.follow.accepted(tx, ids, notificationId));
  }

  private async fail(tx: Tx, claim: Claim, outcome: Exclude<Outcome, Accepted>): Promise<void> {
    const held = Prisma.sql`id = ANY(${claim.messages.map(({ id }) => id)}::uuid[]) AND state = 'sending' AND epoch = ${claim.epoch}`;
    switch (outcome.kind) {
      case 'retrying':
        await tx.$executeRaw`
          UPDATE message SET state = 'retrying', lease_until = NULL, reason = ${outcome.code}, updated_at = clock_timestamp(),
            attempts = attempts - ${outcome.wasCalled ? 0 : 1},
            next_attempt_at = clock_timestamp() + make_interval(secs => ${outcome.inMs / 1000})
          WHERE ${held}`;
        break;
      case 'rejected':
        await this.reject(tx, claim, held, outcome.code);
        break;
      case 'in-doubt':
        await tx.$executeRaw`
          UPDATE message SET lease_until = NULL, reason = ${outcome.code}, updated_at = clock_timestamp(),
            doubt_until = sending_at + make_interval(secs => ${outcome.holdMs / 1000}), doubted_at = coalesce(doubted_at, sending_at)
          WHERE ${held}`;
    }
    await tx.$executeRaw`UPDATE delivery SET outcome = ${outcome.kind}, http_status = ${outcome.httpStatus}, code = ${outcome.code}, ended_at = clock_timestamp() WHERE id = ${claim.deliveryId}`;
    await this.log.append(tx, entryOf(claim, outcome));
  }

  /** Half an answer is worse than none: what stands behind a refused part of the same turn does not go out. Intents do. */
  private async reject(tx: Tx, claim: Claim, held: Prisma.Sql, code: string): Promise<void> {
    const refused = await tx.$executeRaw`UPDATE message SET state = 'dead', lease_until = NULL, reason = ${code}, updated_at = clock_timestamp() WHERE ${held}`;
    if (refused === 0) return;
    // An intent that is refused in front of the answer (a mute) is no part of it.
    const isAnswer = claim.messages.some(({ outgoing }) => outgoing.kind !== 'intent');
    const behind = !isAnswer ? 0 : await tx.$executeRaw`
      UPDATE message SET state = 'dead', reason = 'earlier-part-failed', updated_at = clock_timestamp()
      WHERE run_id = ${claim.runId}::uuid AND kind <> 'intent' AND state IN ('planned', 'retrying')`;
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
