import { Injectable } from '@nestjs/common';
import type { Database } from '../database/database.service.js';
import type { Tx } from '../database/tx.js';
import type { Job, JobPayload } from './job.js';

/** When a job may start: at a moment, or so long from now by the database's clock. */
export type Due = Date | { inMs: number };

/**
 * Puts work into the queue. Waiting jobs with the same key collapse into one, and the last word about it counts: so whoever
 * speaks it holds the key until his transaction ends.
 */
@Injectable()
export class Jobs {
  /** Inside the transaction that makes the work necessary. */
  async enqueue<P extends JobPayload>(tx: Tx, job: Job<P>, payload: P, due?: Due): Promise<void> {
    await this.enqueueAll(tx, job, [payload], due);
  }

  /** Many jobs of one kind with one statement, in one order for all: two that wake the same chats would wait for each other. */
  async enqueueAll<P extends JobPayload>(tx: Tx, job: Job<P>, payloads: readonly P[], due?: Due): Promise<void> {
    await add(tx, job, payloads, due);
  }

  /**
   * For work that is stored already, outside of any transaction: whoever is frozen right then keeps nobody from a key, least
   * of all from the one that every door speaks.
   */
  async wake<P extends JobPayload>({ prisma }: Database, job: Job<P>, payloads: readonly P[], due?: Due): Promise<void> {
    await add(prisma, job, payloads, due);
  }
}

async function add<P extends JobPayload>(to: Pick<Tx, '$executeRaw'>, job: Job<P>, payloads: readonly P[], due?: Due): Promise<void> {
  if (payloads.length === 0) return;
  const specs = payloads.map((payload) => ({ key: `${job.name}:${job.key(payload)}`, payload })).sort((one, other) => (one.key < other.key ? -1 : 1));
  const [at, seconds] = due === undefined || due instanceof Date ? [due ?? null, null] : [null, due.inMs / 1000];
  await to.$executeRaw`
    SELECT graphile_worker.add_job(${job.name}, spec.payload, job_key := spec.key, run_at := coalesce(${at}::timestamptz, clock_timestamp() + make_interval(secs => ${seconds}::float8)))
    FROM jsonb_to_recordset(${JSON.stringify(specs)}::jsonb) AS spec(key text, payload json)`;
}
