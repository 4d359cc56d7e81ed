import { Injectable, Logger } from '@nestjs/common';
import { CircuitState, ConsecutiveBreaker, CountBreaker, circuitBreaker, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';
import { Alarms } from '../alarms/alarms.service.js';
import { UpstreamConfig } from '../config/app-config.js';
import { AppError } from '../errors/app-error.js';
import { Metrics } from '../metrics/metrics.service.js';
import { creditEveryMs, RetryBudget } from './retry-budget.js';
import { isFailure, upstreamNames, wasCalled, type UpstreamName } from './upstream.js';

/** Opens when more than half of the last 20 calls failed, and at least 5 were made: one lost packet is no outage. */
const lately = { size: 20, minimumNumberOfCalls: 5, threshold: 0.5 };
/** The refresh is called a few times a year: three failures in a row are all there is to see. */
const refreshFailures = 3;
/** The library counts the rest by the wall clock, which may be set back; `restMs` counts it monotonically, so ours alone decides. */
const noRest = Number.NEGATIVE_INFINITY;
/** While one call probes, the others look again after this part of the time that the breaker stays open. */
const probePart = 0.1;

interface Upstream {
  breaker: CircuitBreakerPolicy;
  budget: RetryBudget;
  openedAt: number;
}

/** A call that went through, or an error that says nothing against the dependency. */
type Settled<T> = { value: T } | { refusal: unknown };

/**
 * The dependencies as this process sees them.
 *
 *   closed ──most of the last calls failed──▶ open ──after CIRCUIT_OPEN_MS──▶ half-open ──the one probe succeeds──▶ closed
 *                                              ▲                                  └──it fails──▶ open
 *
 * open        Nothing is called: whoever asks is told at once, surely unsent, and comes later. Work waits, none is lost.
 * half-open   One call probes; the others are told as if it were open. None waits for the probe with a claim in its hand.
 *
 * A breaker is of one process: each learns for itself, within a few calls, and none believes another's trouble.
 */
@Injectable()
export class Upstreams {
  private readonly logger = new Logger(Upstreams.name);
  private readonly upstreams: Record<UpstreamName, Upstream>;

  constructor(
    private readonly config: UpstreamConfig,
    private readonly metrics: Metrics,
    private readonly alarms: Alarms,
  ) {
    this.upstreams = Object.fromEntries(upstreamNames.map((name) => [name, this.watched(name)])) as Record<UpstreamName, Upstream>;
  }

  /** How long to leave this dependency alone, in milliseconds; 0: it may be called. Ask before taking work in hand. */
  restMs(name: UpstreamName): number {
    const { breaker, openedAt } = this.upstreams[name];
    if (breaker.state === CircuitState.HalfOpen) return this.config.openMs * probePart;
    return breaker.state === CircuitState.Open ? Math.max(0, openedAt + this.config.openMs - performance.now()) : 0;
  }

  /** Throws when the dependency is to be left alone: `upstream-unavailable`, and surely nothing was sent. */
  refuseWhileOpen(name: UpstreamName): void {
    const restMs = this.restMs(name);
    if (restMs > 0) throw this.circuitOpen(name, restMs);
  }

  /** Takes one retry out of the budget, for work that retries as a whole. False: there is none, come later. */
  takeRetry(name: UpstreamName): boolean {
    const isGranted = this.upstreams[name].budget.take(performance.now());
    if (!isGranted) this.metrics.upstreamAttempts.inc({ upstream: name, kind: 'retry-refused' });
    return isGranted;
  }

  /**
   * Calls a dependency, unless it is to be left alone or, for a retry, the budget is spent: then it throws
   * `upstream-unavailable` and nothing was sent. `work` starts before this returns, so what is checked right before stays true.
   */
  async call<T>(name: UpstreamName, isRetry: boolean, work: () => Promise<T>): Promise<T> {
    this.refuseWhileOpen(name);
    if (isRetry && !this.takeRetry(name)) {
      throw new AppError('upstream-unavailable', 'platform.retries-spent', 'too many retries lately: this one waits', { details: { upstream: name, called: false, retryInMs: creditEveryMs } });
    }
    const settled = await this.upstreams[name].breaker.execute(() => settle(work, (error) => this.count(name, isRetry, error)));
    if ('refusal' in settled) throw settled.refusal;
    return settled.value;
  }

  /** What gave up before anything was asked was no attempt, and a retry of that kind costs nothing. */
  private count(name: UpstreamName, isRetry: boolean, error: unknown): void {
    const { budget } = this.upstreams[name];
    if (error instanceof AppError && !wasCalled(error)) return isRetry ? budget.putBack() : undefined;
    if (!isRetry) budget.noteFirst();
    this.metrics.upstreamAttempts.inc({ upstream: name, kind: isRetry ? 'retry' : 'first' });
  }

  private circuitOpen(name: UpstreamName, restMs: number): AppError {
    this.metrics.upstreamAttempts.inc({ upstream: name, kind: 'open' });
    return new AppError('upstream-unavailable', 'platform.circuit-open', 'a dependency keeps failing and is left alone for a while', { details: { upstream: name, called: false, retryInMs: Math.round(restMs) } });
  }

  private watched(name: UpstreamName): Upstream {
    const judge = name === 'botmaker-refresh' ? new ConsecutiveBreaker(refreshFailures) : new CountBreaker(lately);
    const breaker = circuitBreaker(handleWhen(isFailure), { halfOpenAfter: noRest, breaker: judge });
    const upstream: Upstream = { breaker, budget: new RetryBudget(), openedAt: 0 };
    breaker.onStateChange((state) => {
      if (state === CircuitState.Open) upstream.openedAt = performance.now();
      this.tell(name, state);
    });
    this.metrics.upstreamCircuit.set({ upstream: name }, 0);
    return upstream;
  }

  private tell(name: UpstreamName, state: CircuitState): void {
    this.metrics.upstreamCircuit.set({ upstream: name }, state === CircuitState.Open ? 1 : state === CircuitState.HalfOpen ? 0.5 : 0);
    if (state === CircuitState.Open) this.logger.warn({ upstream: name, openMs: this.config.openMs }, 'a dependency keeps failing and is left alone for a while');
    if (state === CircuitState.Closed) this.logger.log({ upstream: name }, 'a dependency answers again');
    const failing = upstreamNames.filter((one) => this.upstreams[one].breaker.state !== CircuitState.Closed);
    this.alarms.set('circuit-open', failing.length > 0, { upstreams: failing.join(',') });
  }
}

async function settle<T>(work: () => Promise<T>, count: (error: unknown) => void): Promise<Settled<T>> {
  try {
    const value = await work();
    count(null);
    return { value };
  } catch (error) {
    count(error);
    if (isFailure(error)) throw error;
    return { refusal: error };
  }
}
