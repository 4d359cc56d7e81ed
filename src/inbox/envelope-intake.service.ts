import { Injectable, Logger } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { toAppError } from '../platform/index.js';
import { maxBatch, maxBatchBytes } from './batch-limits.js';
import { BatchWriter } from './batch-writer.js';
import { EnvelopeStore } from './envelope.store.js';
import { inTime } from './in-time.js';
import type { NewEnvelope, ReceivedEnvelope } from './received-envelope.js';
import { SpoolDrain } from './spool-drain.service.js';
import { Spool } from './spool.store.js';

/** Botmaker gives up at 10 s [O]; a commit that takes this long is not worth waiting for. */
const patienceMs = 2000;

/*
 * Where a body goes.
 *
 *   database ──a batch fails, or takes 2 s──▶ disk ──the disk has been drained──▶ database
 *
 * database  Nothing waits on disk: bodies are committed, all that arrived together at once.
 * disk      Something waits on disk, so whatever arrives queues up behind it, at the speed of an fsync; nobody waits for the
 *           database. When little is left, the lane itself stores the rest and then goes on with the database: the bodies of a
 *           process reach the database in the order in which they arrived.
 *
 * A batch that took too long may be committed all the same, before or after it was kept on disk: its keys make it one.
 */

/** Takes bodies in. There is one lane: while one batch is under way, what arrives meanwhile gathers and is the next. */
@Injectable()
export class EnvelopeIntake {
  private readonly logger = new Logger(EnvelopeIntake.name);
  private readonly lane = new BatchWriter<ReceivedEnvelope>((batch) => this.take(batch), maxBatch, maxBatchBytes, ({ body }) => body.length);

  constructor(
    private readonly store: EnvelopeStore,
    private readonly spool: Spool,
    private readonly drain: SpoolDrain,
  ) {}

  /**
   * Resolves once the body is committed, or kept on disk. Throws when it is neither. `deliveryKey`: a new UUID of a caller who
   * wants to know what becomes of this arrival.
   */
  accept({ door, body, correlationId }: NewEnvelope, deliveryKey: string = uuidv7()): Promise<void> {
    return this.lane.add({ door, body, correlationId, deliveryKey, receivedAt: Date.now() });
  }

  private async take(batch: ReceivedEnvelope[]): Promise<void> {
    if (this.spool.isEmpty || (await this.drain.finish(patienceMs))) {
      try {
        return await inTime(patienceMs, this.store.insert(batch));
      } catch (error) {
        this.drain.noteTrouble();
        this.logger.warn({ err: error, code: toAppError(error).code, bodies: batch.length }, 'the database did not take bodies: they are kept on disk');
      }
    }
    await this.spool.append(batch);
    this.drain.wake();
  }
}
