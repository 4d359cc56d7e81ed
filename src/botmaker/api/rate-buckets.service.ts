import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError, BotmakerConfig } from '../../platform/index.js';
import { apiOperations, type OperationName } from './operations.js';

/** We stay a little below the documented limit: the platform's window and ours do not start together. */
const safety = 0.9;

/**
 * One bucket per endpoint, because Botmaker limits each one and announces neither `Retry-After` nor what is left [O].
 * Calls are spaced evenly (a leaking bucket), with a small burst where the limit is generous, so that no window of the
 * platform's can hold more than the limit. Each replica takes its part of the limit.
 */
@Injectable()
export class RateBuckets {
  private readonly nextFreeAt = new Map<OperationName, number>();

  constructor(private readonly config: BotmakerConfig) {}

  /** Waits for a turn. Throws `rate-limited` at once when the wait would be longer than `maxWaitMs`. */
  async take(operation: OperationName, maxWaitMs: number, signal?: AbortSignal): Promise<void> {
    const { calls, perMs } = apiOperations[operation].limit;
    const spacing = (perMs / (calls * safety)) * this.config.replicas;
    const burst = Math.floor(calls / 20) * spacing;
    const now = performance.now();
    const freeAt = Math.max(this.nextFreeAt.get(operation) ?? 0, now - burst);
    const waitMs = freeAt - now;
    if (waitMs > maxWaitMs) {
      throw new AppError('rate-limited', 'botmaker.own-limit', `no free slot for ${operation} within ${maxWaitMs} ms`, { details: { operation } });
    }
    this.nextFreeAt.set(operation, freeAt + spacing);
    if (waitMs > 0) await delay(waitMs, undefined, signal ? { signal } : {});
  }

  /** Botmaker said 429 although we counted right: somebody else uses the account too. Rest for one window. */
  rest(operation: OperationName): void {
    const { perMs } = apiOperations[operation].limit;
    this.nextFreeAt.set(operation, Math.max(this.nextFreeAt.get(operation) ?? 0, performance.now() + perMs));
  }
}
