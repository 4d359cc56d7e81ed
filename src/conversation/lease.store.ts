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

  /** Which of these are still held, by run and epoch, and are so for another lease from now on. The others were taken over. */
  async renew(held: readonly TurnHold[]): Promise<TurnHold[]> {
    const { rows } = await this.database.turns.query<TurnHold>(
      `UPDATE turn SET lease_until = clock_timestamp() + make_interval(secs => $3)
       FROM unnest($1::uuid[], $2::int[]) AS held (run_id, epoch)
       WHERE turn.run_id = held.run_id AND turn.epoch = held.epoch AND turn.state = 'running'
       RETURNING turn.run_id AS "runId", turn.epoch`,
      [held.map(({ runId }) => runId), held.map(({ epoch }) => epoch), this.config.leaseMs / 1000],
    );
    return rows;
  }
}
