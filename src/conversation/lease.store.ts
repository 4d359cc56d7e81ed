import { Injectable } from '@nestjs/common';
import { ConversationConfig, Database } from '../platform/index.js';
import type { TurnHold } from './turn.store.js';

/** Extends leases, those of all the turns of a process with one statement, over connections that nobody else can use up. */
@Injectable()
export class LeaseStore {
  constructor(
    private readonly database: Database,
    private readonly config: ConversationConfig,
  ) {}

  /**
   * Which of these are still held, by run and epoch; those that are missing were taken over. `isRenewed`: for another lease from
   * now on. One that somebody has locked is passed by: should he be frozen, all the others would be lost with it.
   */
  async renew(held: readonly TurnHold[]): Promise<(TurnHold & { isRenewed: boolean })[]> {
    const { rows } = await this.database.turns.query<TurnHold & { isRenewed: boolean }>(
      `WITH held AS (
         SELECT turn.run_id, turn.epoch FROM turn JOIN unnest($1::uuid[], $2::int[]) AS ours (run_id, epoch) ON turn.run_id = ours.run_id AND turn.epoch = ours.epoch
         WHERE turn.state = 'running'
       ), free AS (
         SELECT turn.run_id, turn.epoch FROM turn JOIN held ON turn.run_id = held.run_id AND turn.epoch = held.epoch
         WHERE turn.state = 'running' FOR NO KEY UPDATE OF turn SKIP LOCKED
       ), renewed AS (
         UPDATE turn SET lease_until = clock_timestamp() + make_interval(secs => $3) FROM free WHERE turn.run_id = free.run_id RETURNING turn.run_id
       )
       SELECT held.run_id AS "runId", held.epoch, renewed.run_id IS NOT NULL AS "isRenewed" FROM held LEFT JOIN renewed USING (run_id)`,
      [held.map(({ runId }) => runId), held.map(({ epoch }) => epoch), this.config.leaseMs / 1000],
    );
    return rows;
  }
}
