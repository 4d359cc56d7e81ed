import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Everything the twin does later (echoes, statuses, retries, stalls) is started here, so that `close()` can stop it all
 * and a test can ask whether anything is still to come.
 */
export class Work {
  private readonly stop = new AbortController();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<unknown>>();

  /** @param onChange called whenever a piece of work ends */
  constructor(private readonly onChange: () => void) {
    // One listener per stalled call or open request: the default warning at ten would be noise.
    setMaxListeners(0, this.stop.signal);
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  get isIdle(): boolean {
    return this.timers.size === 0 && this.running.size === 0;
  }

  /** Runs the task after `ms` of real time, unless the twin is closed before. */
  after(ms: number, task: () => void): void {
    if (this.signal.aborted) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      task();
      this.onChange();
    }, ms);
    this.timers.add(timer);
  }

  /** Keeps a promise in view until it settles; the caller has dealt with its errors. */
  track<T>(promise: Promise<T>): Promise<T> {
    const tracked: Promise<T> = promise.finally(() => {
      this.running.delete(tracked);
      this.onChange();
    });
    this.running.add(tracked);
    return tracked;
  }

  /** Waits `ms`; false when the twin was closed meanwhile. */
  sleep(ms: number): Promise<boolean> {
    return this.track(wait(ms, true, { signal: this.signal }).catch(() => false));
  }

  async close(): Promise<void> {
    this.stop.abort();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    await Promise.allSettled(this.running);
  }
}
