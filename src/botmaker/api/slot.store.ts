import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.js';
import type { OperationName } from './operations.js';
import type { Grant, Pace } from './pace.js';

/**
 * The slots of the account, shared by all replicas: one row an operation says when its next call may leave, by the database's
 * clock. Asked for over the queue's pool, which always has a connection to spare: a message that is claimed waits for this.
 */
@Injectable()
export class SlotStore {
  constructor(private readonly database: Database) {}

  /**
   * Reserves up to `wanted` slots that begin within `withinMs`, in one statement. The clock is read after the row is held,
   * so whoever had to wait for it gets no slot of the past. Nobody waits for the disk: what a crash of the server forgets is
   * shorter than its restart.
   */
  async reserve(operation: OperationName, { spacing, burst }: Pace, wanted: number, withinMs: number): Promise<Grant> {
    for (;;) {
      const { rows } = await this.database.jobs.query<Grant>(reservation, [operation, burst / 1000, wanted, withinMs, spacing]);
      if (rows[0]) return rows[0];
      await this.database.jobs.query('INSERT INTO rate_bucket (operation, next_free_at) VALUES ($1, clock_timestamp()) ON CONFLICT DO NOTHING', [operation]);
    }
  }

  /** No slot of the next `ms` is given to anybody. */
  async rest(operation: OperationName, ms: number): Promise<void> {
    await this.database.jobs.query(
      `INSERT INTO rate_bucket AS bucket (operation, next_free_at) VALUES ($1, clock_timestamp() + make_interval(secs => $2::float8))
       ON CONFLICT (operation) DO UPDATE SET next_free_at = greatest(bucket.next_free_at, EXCLUDED.next_free_at)`,
      [operation, ms / 1000],
    );
  }
}

const reservation = `
  WITH bucket AS (
    SELECT next_free_at FROM rate_bucket CROSS JOIN set_config('synchronous_commit', 'off', true) WHERE operation = $1 FOR UPDATE OF rate_bucket
  ), held AS MATERIALIZED (
    SELECT next_free_at, clock_timestamp() AS now FROM bucket
  ), first AS (
    SELECT at, (extract(epoch FROM at - now) * 1000)::float8 AS in_ms
    FROM held CROSS JOIN LATERAL greatest(next_free_at, now - make_interval(secs => $2::float8)) AS at
  ), granted AS (
    SELECT at, in_ms, greatest(0, least($3::int, floor(($4::float8 - in_ms) / $5::float8)::int + 1)) AS slots FROM first
  )
  UPDATE rate_bucket SET next_free_at = granted.at + granted.slots * make_interval(secs => $5::float8 / 1000)
  FROM granted WHERE operation = $1 RETURNING granted.slots AS slots, granted.in_ms AS "startsInMs"`;
