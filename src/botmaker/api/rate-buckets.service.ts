import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError, BotmakerConfig } from '../../platform/index.js';
import { apiOperations, type OperationName } from './operations.js';
import { paceOf, type Pace } from './pace.js';
import { SlotSource, type PacedGrant } from './slot-source.js';
import { SlotStore } from './slot.store.js';

/** Slots are reserved no further ahead: those in hand are used even when the bucket is told to rest, or the server forgets them. */
const horizonMs = 100;

interface Waiter {
  /** The latest moment, monotonic, at which he may still be let go. */
  until: number;
  go: () => void;
  refuse: (error: AppError) => void;
}

interface Line {
  pace: Pace;
  source: SlotSource;
  waiters: Waiter[];
  isServed: boolean;
  /** When the next slot is free, as far as this process knows: others may take it. */
  freeAt: number;
  restsUntil: number;
}

/**
 * One bucket per endpoint for all replicas, because Botmaker limits the account, endpoint by endpoint, and announces neither
 * `Retry-After` nor what is left [O]. Calls are spaced evenly, with a small burst where the limit is generous, so that no
 * window of the platform's can hold more than the limit.
 *
 * In a process the callers stand in line. For all that stand there one reservation is made at a time, and whoever comes while
 * it is under way shares the next one. A slot is used at its time or not at all: when the process stood still, what it holds
 * is dropped and reserved anew, or it would leave together with what others were given meanwhile.
 */
@Injectable()
export class RateBuckets {
  private readonly lines = new Map<OperationName, Line>();

  constructor(
    private readonly config: BotmakerConfig,
    private readonly store: SlotStore,
  ) {}

  /** Waits for a turn. Throws `rate-limited` when the wait would be longer than `maxWaitMs`: at once when that is plain at once. */
  async take(operation: OperationName, maxWaitMs: number): Promise<void> {
    const line = this.lineOf(operation);
    const now = performance.now();
    const atLeastMs = Math.max(0, line.freeAt - now) + line.waiters.length * line.pace.spacing;
    if (atLeastMs > maxWaitMs) throw refusal(operation);
    await new Promise<void>((go, refuse) => {
      // To ask for a slot takes a moment too, and is not counted as waiting.
      line.waiters.push({ until: now + maxWaitMs + line.pace.latest, go, refuse });
      if (!line.isServed) void this.serve(operation, line);
    });
  }

  /** Botmaker said 429: this operation rests for one window, on all replicas. */
  async rest(operation: OperationName): Promise<void> {
    const line = this.lineOf(operation);
    line.restsUntil = performance.now() + apiOperations[operation].limit.perMs;
    line.freeAt = Math.max(line.freeAt, line.restsUntil);
    await line.source.rest();
  }

  private lineOf(operation: OperationName): Line {
    const line = this.lines.get(operation) ?? {
      pace: paceOf(apiOperations[operation].limit),
      source: new SlotSource(operation, this.config.replicas, this.store),
      waiters: [],
      isServed: false,
      freeAt: -Infinity,
      restsUntil: -Infinity,
    };
    this.lines.set(operation, line);
    return line;
  }

  private async serve(operation: OperationName, line: Line): Promise<void> {
    line.isServed = true;
    let patience = line.pace.latest;
    while (line.waiters.length > 0) {
      const sentAt = performance.now();
      const soonest = Math.min(...line.waiters.map(({ until }) => until));
      const grant = await line.source.reserve(line.waiters.length, Math.min(horizonMs, Math.max(0, soonest - sentAt)));
      const answeredAt = performance.now();
      line.freeAt = answeredAt + grant.startsInMs + grant.slots * grant.spacing;
      if (grant.slots > 0) {
        const isUsed = await this.letGo(operation, line, grant, { sentAt, answeredAt, patience });
        // A database that is slow for all of us must not stop us for ever, as a pause of this process would only once.
        patience = isUsed ? line.pace.latest : patience * 2;
      } else {
        refuseLate(operation, line, line.freeAt);
        if (line.waiters.length > 0) await delay(Math.max(0, grant.startsInMs - horizonMs / 2));
      }
    }
    line.isServed = false;
  }

  /** Lets one waiter go at each slot's time. False: the slots had grown too old, or the bucket rests, and those that were left are dropped. */
  private async letGo(operation: OperationName, line: Line, grant: PacedGrant, { sentAt, answeredAt, patience }: { sentAt: number; answeredAt: number; patience: number }): Promise<boolean> {
    for (let slot = 0; slot < grant.slots; slot++) {
      const inMs = Math.max(0, grant.startsInMs + slot * grant.spacing);
      const waitMs = answeredAt + inMs - performance.now();
      if (waitMs > 0) await delay(waitMs);
      const now = performance.now();
      if (now < line.restsUntil || now - (sentAt + inMs) > patience) return false;
      refuseLate(operation, line, now);
      line.waiters.shift()?.go();
    }
    return true;
  }
}

/** Those whose time would be over at `at`. */
function refuseLate(operation: OperationName, line: Line, at: number): void {
  for (const { refuse } of line.waiters.filter(({ until }) => until < at)) refuse(refusal(operation));
  line.waiters = line.waiters.filter(({ until }) => until >= at);
}

function refusal(operation: OperationName): AppError {
  return new AppError('rate-limited', 'botmaker.own-limit', `no free slot for ${operation} in time`, { details: { operation, called: false } });
}
