import { Injectable } from '@nestjs/common';
import { Checkpoints } from '../agent/index.js';
import { Metrics, type Tx } from '../platform/index.js';
import type { BegunTurn } from './double-texting.js';
import { superseded, triesHandedOn } from './turn.js';

/** A chat's turn that has read its mail and is not over. */
export interface FoundTurn extends BegunTurn {
  runId: string;
  correlationId: string;
  /** The customer was told once that he must wait. */
  isBusyTold: boolean;
  now: Date;
}

/** What the turn that takes another's place inherits from it. */
export interface Inheritance {
  restarts: number;
  attempts: number;
}

/**
 * The turn of a chat that is under way, as whoever sorts the chat's mail meets it. The caller holds the conversation; here
 * the turn's row is held too: no effect begins, and nobody claims or ends the turn, until the transaction is over.
 */
@Injectable()
export class BegunTurns {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly metrics: Metrics,
  ) {}

  async find(tx: Tx, chatId: string): Promise<FoundTurn | null> {
    const [turn] = await tx.$queryRaw<Omit<FoundTurn, 'effects'>[]>`
      SELECT run_id AS "runId", correlation_id AS "correlationId", state, epoch, attempts, starts_at AS "startsAt", lease_until AS "leaseUntil",
        restarts, busy_told_at IS NOT NULL AS "isBusyTold", clock_timestamp() AS now
      FROM turn WHERE chat_id = ${chatId}::uuid AND state IN ('queued', 'running') AND epoch > 0 FOR UPDATE`;
    if (!turn) return null;
    // A statement of its own: an effect that began while the row was waited for must be seen.
    const effects = await tx.$queryRaw<{ state: BegunTurn['effects'][number] }[]>`SELECT state FROM effect WHERE run_id = ${turn.runId}::uuid`;
    return { ...turn, effects: effects.map(({ state }) => state) };
  }

  /** Ends it in favour of another, which `find` allows. */
  async supersede(tx: Tx, turn: FoundTurn, reason: 'merged' | 'interrupted'): Promise<Inheritance> {
    if (!superseded(turn)) throw new Error(`a turn that is ${turn.state} can not be superseded`);
    await tx.$executeRaw`
      UPDATE turn SET state = 'skipped', reason = ${reason}, lease_until = NULL, finished_at = clock_timestamp() WHERE run_id = ${turn.runId}::uuid AND epoch = ${turn.epoch}`;
    await this.checkpoints.forget(tx, [turn.runId]);
    this.metrics.turns.inc({ outcome: reason });
    return { restarts: turn.restarts + 1, attempts: triesHandedOn(turn, turn.now) };
  }

  async noteBusyTold(tx: Tx, runId: string): Promise<void> {
    await tx.$executeRaw`UPDATE turn SET busy_told_at = clock_timestamp() WHERE run_id = ${runId}::uuid`;
  }
}
