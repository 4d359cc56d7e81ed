import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError, BotmakerConfig } from '../../platform/index.js';
import { apiOperations, type OperationName } from './operations.js';

/** We stay below the documented limit: calls arrive less evenly than they leave, the first of a connection the latest. */
const safety = 0.8;

interface Pace {
  /** Milliseconds from one call to the next. */
  spacing: number;
  /** How far, in milliseconds, a pause may be caught up with. */
  burst: number;
}

interface Line {
  nextFreeAt: number;
  waiting: number;
  tail: Promise<void>;
}

/**
 * One bucket per endpoint, because Botmaker limits each one and announces neither `Retry-After` nor what is left [O].
 * Calls are spaced evenly (a leaking bucket), with a small burst where the limit is generous, so that no window of the
 * platform's can hold more than the limit. Whoever waits stands in line and is let go by the clock of that moment: after a
 * pause of the process the waiting calls don't leave together.
 */
@Injectable()
export class RateBuckets {
  private readonly lines = new Map<OperationName, Line>();

  constructor(private readonly config: BotmakerConfig) {}

  /** Waits for a turn. Throws `rate-limited` at once when the wait would be longer than `maxWaitMs`. */
  async take(operation: OperationName, maxWaitMs: number): Promise<void> {
    const line = this.lineOf(operation);
    const pace = this.paceOf(operation);
    const waitMs = Math.max(0, line.nextFreeAt - performance.now()) + line.waiting * pace.spacing;
    if (waitMs > maxWaitMs) {
      throw new AppError('rate-limited', 'botmaker.own-limit', `no free slot for ${operation} within ${maxWaitMs} ms`, { details: { operation } });
    }
    line.waiting++;
    line.tail = line.tail.then(() => leave(line, pace));
    await line.tail;
  }

  /** Botmaker said 429 although we counted right: somebody else uses the account too. Rest for one window. */
  rest(operation: OperationName): void {
    const line = this.lineOf(operation);
    line.nextFreeAt = Math.max(line.nextFreeAt, performance.now() + apiOperations[operation].limit.perMs);
  }

  private lineOf(operation: OperationName): Line {
    const line = this.lines.get(operation) ?? { nextFreeAt: 0, waiting: 0, tail: Promise.resolve() };
    this.lines.set(operation, line);
    return line;
  }

  /**
   * Each replica takes its part of the limit, rounded down so that the parts never add up to more; with more replicas than
   * calls no part is a whole call, and only the average holds.
   */
  private paceOf(operation: OperationName): Pace {
    const { calls, perMs } = apiOperations[operation].limit;
    const part = Math.floor(calls / this.config.replicas) || calls / this.config.replicas;
    const spacing = perMs / (part * safety);
    return { spacing, burst: Math.floor(part / 20) * spacing };
  }
}

/** Waits until the line is free, and takes the slot. */
async function leave(line: Line, { spacing, burst }: Pace): Promise<void> {
  for (;;) {
    const now = performance.now();
    const freeAt = Math.max(line.nextFreeAt, now - burst);
    if (freeAt <= now) {
      line.nextFreeAt = freeAt + spacing;
      line.waiting--;
      return;
    }
    await delay(freeAt - now);
  }
}
