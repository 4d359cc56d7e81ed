import { Injectable } from '@nestjs/common';
import type { After, Before, Effect, EarlierEffect } from '../agent/index.js';
import type { Tx } from '../platform/index.js';
import type { TurnHold } from './turn.store.js';

/*
 * The life of an effect.
 *
 *   begun ──the tool says so──▶ done(result)
 *     │  ▲
 *     │  └──tried again───── failed(code)
 *     └──▶ unknown(code)
 *
 * begun    The intent is stored; the effect is being had, or its worker ended before it could say how it went.
 * done     It was had. Its result is given again to whoever asks for the same call in the same turn.
 * failed   Surely not had: it may be begun again.
 * unknown  It may have been had: the worker was gone, or the service did not answer. It is not begun again; a person looks.
 *
 * An effect that was had, or may have been, goes with its mail: when another turn interrupts the one that had it, or answers
 * its mail anew because the answer was called back, the row becomes that turn's, and the same call finds it there.
 */

type Found = { state: 'begun' | 'done' | 'failed' | 'unknown'; result: string | null };

/** Keeps effects: one row for each, and only the worker that holds the turn may write. */
@Injectable()
export class EffectStore {
  /**
   * Begins an effect, or says what became of it before. `isCutOff`: it was begun by a try that did not live to tell. Null:
   * the turn was taken over; nothing may be done.
   */
  async begin(tx: Tx, { runId, epoch }: TurnHold, { call, tool }: Effect): Promise<{ before: Before; isCutOff: boolean } | null> {
    if (!(await this.isHeld(tx, runId, epoch))) return null;
    const begun = await tx.$executeRaw`
      INSERT INTO effect (run_id, call, tool, epoch) VALUES (${runId}::uuid, ${call}, ${tool}, ${epoch})
      ON CONFLICT (run_id, call) DO UPDATE SET state = 'begun', code = NULL, epoch = excluded.epoch, begun_at = clock_timestamp(), settled_at = NULL
      WHERE effect.state = 'failed'`;
    if (begun === 1) return { before: { state: 'begun' }, isCutOff: false };
    const [found] = await tx.$queryRaw<Found[]>`SELECT state, result FROM effect WHERE run_id = ${runId}::uuid AND call = ${call}`;
    if (found?.state === 'done') return { before: { state: 'done', result: found.result ?? '' }, isCutOff: false };
    if (found?.state === 'begun') await this.mark(tx, runId, call, { state: 'unknown', code: 'turn.effect-cut-off' });
    return { before: { state: 'unknown' }, isCutOff: found?.state === 'begun' };
  }

  /** False: the turn was taken over meanwhile. */
  async settle(tx: Tx, { runId, epoch }: TurnHold, { call }: Effect, after: After): Promise<boolean> {
    if (!(await this.isHeld(tx, runId, epoch))) return false;
    await this.mark(tx, runId, call, after);
    return true;
  }

  /** From now on what was had, or may have been, is the other turn's: it does not have it again. How many effects that are. */
  async handOn(tx: Tx, from: string, to: string): Promise<number> {
    return tx.$executeRaw`
      UPDATE effect SET run_id = ${to}::uuid WHERE run_id = ${from}::uuid AND state <> 'failed'
        AND NOT EXISTS (SELECT FROM effect AS own WHERE own.run_id = ${to}::uuid AND own.call = effect.call)`;
  }

  /** What was had, or may have been, under this turn's name before the agent is asked: it is told. */
  async had(reads: Pick<Tx, 'effect'>, runId: string): Promise<EarlierEffect[]> {
    const rows = await reads.effect.findMany({ where: { runId, state: { in: ['begun', 'done', 'unknown'] } }, orderBy: { begunAt: 'asc' } });
    return rows.map(({ tool, state, result }) => ({ tool, result: state === 'done' ? (result ?? '') : null }));
  }

  private async mark(tx: Tx, runId: string, call: string, after: After): Promise<void> {
    const [result, code] = after.state === 'done' ? [after.result, null] : [null, after.code];
    await tx.$executeRaw`
      UPDATE effect SET state = ${after.state}, result = ${result}, code = ${code}, settled_at = clock_timestamp()
      WHERE run_id = ${runId}::uuid AND call = ${call} AND state = 'begun'`;
  }

  /** Holds the turn's row, so that it can't be taken over before the effect is written down. */
  private async isHeld(tx: Tx, runId: string, epoch: number): Promise<boolean> {
    const held = await tx.$queryRaw<unknown[]>`SELECT 1 FROM turn WHERE run_id = ${runId}::uuid AND epoch = ${epoch} AND state = 'running' FOR SHARE`;
    return held.length === 1;
  }
}
