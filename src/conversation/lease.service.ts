import { Injectable, Logger } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { leaseMs, TurnStore, type ClaimedTurn } from './turn.store.js';

/** Three chances to renew before the lease runs out. */
const renewEveryMs = leaseMs / 3;

/** A turn that is being held: `signal` aborts when it is lost or when the process drains. */
export interface HeldLease {
  signal: AbortSignal;
  isLost(): boolean;
  end(): void;
}

/** Keeps a turn's lease alive while the agent thinks. A lease that can't be renewed is lost: another worker may have the turn. */
@Injectable()
export class Leases {
  private readonly logger = new Logger(Leases.name);

  constructor(
    private readonly database: Database,
    private readonly turns: TurnStore,
  ) {}

  hold(turn: ClaimedTurn, drain: AbortSignal): HeldLease {
    const lost = new AbortController();
    const ending = new AbortController();
    const abort = (): void => ending.abort();
    // Not AbortSignal.any: the drain's signal lives as long as the process and would keep every turn's listeners.
    drain.addEventListener('abort', abort, { once: true });
    lost.signal.addEventListener('abort', abort, { once: true });
    if (drain.aborted) abort();
    let renewedAt = performance.now();
    const beat = async (): Promise<void> => {
      try {
        if (await this.database.inTransaction((tx) => this.turns.renew(tx, turn))) renewedAt = performance.now();
        else lost.abort();
      } catch (error) {
        this.logger.warn({ err: error, runId: turn.runId }, 'a lease could not be renewed');
      }
      // Judged by our own monotonic clock too: while the database is away, nobody else can tell us that time ran out.
      if (performance.now() - renewedAt > leaseMs) lost.abort();
    };
    const timer = setInterval(() => void beat(), renewEveryMs);
    const end = (): void => {
      clearInterval(timer);
      drain.removeEventListener('abort', abort);
    };
    return { signal: ending.signal, isLost: () => lost.signal.aborted, end };
  }
}
