import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { toAppError } from '../platform/index.js';
import { maxBatch, maxBatchBytes } from './batch-limits.js';
import { EnvelopeStore } from './envelope.store.js';
import { inTime } from './in-time.js';
import type { ReceivedEnvelope } from './received-envelope.js';
import { Spool } from './spool.store.js';

/** Between two tries while the database does not answer: it is noticed within a second that it is back. */
const shortestPauseMs = 100;
const longestPauseMs = 1000;
/** So little is stored within the patience of those who wait for it. */
const littleBytes = 1024 * 1024;
/** At the end of the process what waits is stored if it can be: where the disk ends with the pod, it would be lost. */
const graceMs = 5000;

/**
 * Stores what waits on disk: file by file, oldest first, and a file is removed after its last record is committed. A process
 * that dies between the two stores the file again, which the keys make nothing. The tries are the probe, too: only a commit
 * proves that commits work.
 */
@Injectable()
export class SpoolDrain implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(SpoolDrain.name);
  private draining: Promise<void> | null = null;
  private storing: Promise<boolean> | null = null;
  /** Whether the last try went well: while it did not, nobody waits for the next. */
  private isFlowing = false;
  private lastTrouble = '';
  private isEnding = false;

  constructor(
    private readonly spool: Spool,
    private readonly store: EnvelopeStore,
  ) {}

  /** Has the spool drained, now or as soon as the database takes it. */
  wake(): void {
    if (this.draining === null && !this.spool.isEmpty) this.draining = this.drain();
  }

  /** The database has just failed somebody: until a try goes well, nobody waits for it. */
  noteTrouble(): void {
    this.isFlowing = false;
  }

  /**
   * Stores the rest when it is little and the database takes it; for the lane that feeds the spool, so that nothing is added
   * meanwhile. False: something still waits.
   */
  async finish(patienceMs: number): Promise<boolean> {
    if (!this.isFlowing || this.spool.level.bytes > littleBytes) return false;
    return inTime(patienceMs, this.storeAll()).catch(() => (this.isFlowing = false));
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.draining) await inTime(graceMs, this.draining).catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    await this.draining;
    await this.spool.release();
  }

  private async drain(): Promise<void> {
    let pauseMs = shortestPauseMs;
    while (!this.spool.isEmpty && !this.isEnding) {
      if (await this.storeOldest()) {
        pauseMs = shortestPauseMs;
        continue;
      }
      await new Promise((again) => setTimeout(again, pauseMs));
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    }
    // In one step with the look at the spool: who adds to it a moment later must find that nobody is draining.
    this.draining = null;
  }

  private async storeAll(): Promise<boolean> {
    while (!this.spool.isEmpty) if (!(await this.storeOldest())) return false;
    return true;
  }

  /** One at a time, whoever asks. False: not now. */
  private storeOldest(): Promise<boolean> {
    this.storing ??= this.tryOldest().finally(() => (this.storing = null));
    return this.storing;
  }

  private async tryOldest(): Promise<boolean> {
    try {
      await this.storeFile();
      this.isFlowing = true;
      this.lastTrouble = '';
    } catch (error) {
      this.isFlowing = false;
      this.tell(error);
    }
    return this.isFlowing;
  }

  /** Each trouble once, not once a second: the alarm tells how long it lasts. */
  private tell(error: unknown): void {
    const { code, message, cause } = toAppError(error);
    const trouble = cause instanceof Error ? cause.message : message;
    if (trouble === this.lastTrouble) return;
    this.lastTrouble = trouble;
    this.logger.warn({ err: error, code }, 'what is kept on disk can not be stored yet');
  }

  private async storeFile(): Promise<void> {
    const segment = await this.spool.oldest();
    if (!segment) return;
    const content = await this.spool.read(segment);
    for (const batch of batches(content?.records ?? [])) await this.store.insertLate(batch);
    const isDamaged = content?.damage === 'corrupt';
    if (isDamaged) this.logger.error({ file: segment.path, code: 'inbox.spool-damaged', stored: content.records.length }, 'a file of the spool was damaged: what could be read is stored, the file is set aside');
    await this.spool.remove(segment, isDamaged);
    this.logger.log({ bodies: content?.records.length ?? 0 }, 'bodies that were kept on disk are stored');
  }
}

function batches(records: readonly ReceivedEnvelope[]): ReceivedEnvelope[][] {
  const made: ReceivedEnvelope[][] = [];
  let bytes = Infinity;
  for (const record of records) {
    bytes += record.body.length;
    if (bytes > maxBatchBytes || made.at(-1)?.length === maxBatch) {
      made.push([]);
      bytes = record.body.length;
    }
    made.at(-1)?.push(record);
  }
  return made;
}
