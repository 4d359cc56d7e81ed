import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/tx.js';
import type { Job, JobPayload } from './job.js';

/** Puts work into the queue, inside the transaction that makes the work necessary. */
@Injectable()
export class Jobs {
  /** Enqueues one job; `runAt` in the future delays it. A waiting job with the same key is replaced. */
  async enqueue<P extends JobPayload>(tx: Tx, job: Job<P>, payload: P, runAt?: Date): Promise<void> {
    await this.enqueueAll(tx, job, [payload], runAt);
  }

  /** Enqueues many jobs of one kind with one statement, in one order for all: two that wake the same chats would wait for each other. */
  async enqueueAll<P extends JobPayload>(tx: Tx, job: Job<P>, payloads: readonly P[], runAt?: Date): Promise<void> {
    if (payloads.length === 0) return;
    const specs = payloads.map((payload) => ({ key: `${job.name}:${job.key(payload)}`, payload })).sort((one, other) => (one.key < other.key ? -1 : 1));
    await tx.$executeRaw`
      SELECT graphile_worker.add_job(${job.name}, spec.payload, job_key := spec.key, run_at := ${runAt ?? null}::timestamptz)
      FROM jsonb_to_recordset(${JSON.stringify(specs)}::jsonb) AS spec(key text, payload json)`;
  }
}
