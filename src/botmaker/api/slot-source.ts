import { Logger } from '@nestjs/common';
import { apiOperations, type OperationName } from './operations.js';
import { OwnBucket, paceOf, type Grant, type Pace } from './pace.js';
import type { SlotStore } from './slot.store.js';

/** A database that is away is asked again this often, and one that does not answer for as long is away. */
const askEveryMs = 1000;

/** Slots, and how far they lie apart. */
export type PacedGrant = Grant & { spacing: number };

/**
 * Where the slots of one operation come from: the database, which counts for all replicas, or, while it is away, this
 * process's part of the limit. Between the two lies a rest, because nobody counts across the change: one window when the
 * database goes away, and when it is back one more and the time in which the last replica notices it.
 */
export class SlotSource {
  private readonly logger = new Logger(SlotSource.name);
  private readonly whole: Pace;
  private readonly part: Pace;
  private readonly own: OwnBucket;
  private readonly windowMs: number;
  private hasShared = false;
  private isAway = false;
  private isAsking = false;
  private askAgainAt = 0;

  constructor(
    private readonly operation: OperationName,
    replicas: number,
    private readonly store: SlotStore,
  ) {
    const { limit } = apiOperations[operation];
    this.whole = paceOf(limit);
    this.part = paceOf(limit, replicas);
    this.own = new OwnBucket(this.part);
    this.windowMs = limit.perMs;
  }

  /** Up to `wanted` slots that begin within `withinMs`; and how they follow each other. */
  async reserve(wanted: number, withinMs: number): Promise<PacedGrant> {
    if (this.isAway) {
      this.ask();
      return this.ownSlots(wanted, withinMs);
    }
    try {
      const grant = await inTime(this.store.reserve(this.operation, this.whole, wanted, withinMs));
      this.hasShared = true;
      return { ...grant, spacing: this.whole.spacing };
    } catch (error) {
      this.goAlone(error);
      return this.ownSlots(wanted, withinMs);
    }
  }

  /** Botmaker said 429 although we counted right: somebody else uses the account too. All replicas rest for one window. */
  async rest(): Promise<void> {
    this.own.rest(performance.now() + this.windowMs);
    await inTime(this.store.rest(this.operation, this.windowMs)).catch((error: unknown) => this.goAlone(error));
  }

  private ownSlots(wanted: number, withinMs: number): PacedGrant {
    return { ...this.own.reserve(performance.now(), wanted, withinMs), spacing: this.part.spacing };
  }

  private goAlone(error: unknown): void {
    if (this.isAway) return;
    const now = performance.now();
    this.isAway = true;
    this.askAgainAt = now + askEveryMs;
    if (this.hasShared) this.own.rest(now + this.windowMs);
    this.logger.warn({ err: error, operation: this.operation }, 'the database does not count our calls: this process keeps to its part of the limit');
  }

  /** Looks now and then whether the database is back; nobody waits for it. */
  private ask(): void {
    if (this.isAsking || performance.now() < this.askAgainAt) return;
    this.isAsking = true;
    inTime(this.store.rest(this.operation, this.windowMs + 2 * askEveryMs))
      .then(() => (this.isAway = false), () => undefined)
      .finally(() => {
        this.isAsking = false;
        this.askAgainAt = performance.now() + askEveryMs;
      });
  }
}

/** The result, or a failure when it does not come in time; what comes later is dropped. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => (timer = setTimeout(() => fail(new Error(`no answer in ${askEveryMs} ms`)), askEveryMs)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
