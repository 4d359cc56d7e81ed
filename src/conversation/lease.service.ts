import { Injectable, Logger } from '@nestjs/common';
import { AppError, ConversationConfig } from '../platform/index.js';
import { LeaseStore } from './lease.store.js';
import type { TurnHold } from './turn.store.js';

/** Chances to renew before a lease runs out. */
const beatsALease = 3;

/** A turn that is being held. */
export interface HeldLease {
  /** Aborts when the turn is lost or the process drains. */
  signal: AbortSignal;
  isLost(): boolean;
  /**
   * Throws when the turn may be somebody else's by now. Asked right before whatever costs or changes something: a worker that
   * was frozen wakes in the middle of its work, before any timer could tell it that it lost the turn.
   */
  lastLook(): void;
  /**
   * Renews it now, and throws when it is somebody else's. A turn whose place another has taken, because the customer wrote
   * again, is lost long before its lease is over, and the next beat may come too late to spare the model. While the database
   * can't tell, what we know counts.
   */
  confirm(): Promise<void>;
  end(): void;
}

interface Held extends TurnHold {
  /** By our own monotonic clock, read before the statement that gave us the lease: ours never ends after the database's. */
  since: number;
  lost: AbortController;
}

/** Keeps the leases of this process alive while the agent thinks. One that can't be renewed is lost: another worker may have the turn. */
@Injectable()
export class Leases {
  private readonly logger = new Logger(Leases.name);
  private readonly held = new Set<Held>();
  private timer: NodeJS.Timeout | null = null;
  private isBeating = false;

  constructor(
    private readonly leases: LeaseStore,
    private readonly config: ConversationConfig,
  ) {}

  /** `claimedAt`: `performance.now()` from before the claim. */
  hold({ runId, epoch }: TurnHold, claimedAt: number, drain: AbortSignal): HeldLease {
    const held: Held = { runId, epoch, since: claimedAt, lost: new AbortController() };
    const ending = new AbortController();
    const abort = (): void => ending.abort();
    // Not AbortSignal.any: the drain's signal lives as long as the process and would keep every turn's listeners.
    drain.addEventListener('abort', abort, { once: true });
    held.lost.signal.addEventListener('abort', abort, { once: true });
    if (drain.aborted) abort();
    this.held.add(held);
    this.timer ??= setInterval(() => void this.beat(), this.config.leaseMs / beatsALease);
    const lastLook = (): void => {
      if (this.isLost(held)) throw new AppError('conflict', 'turn.lease-lost', 'the turn may be with another worker by now');
    };
    return {
      signal: ending.signal,
      isLost: () => this.isLost(held),
      lastLook,
      confirm: async () => {
        await this.renew([held]);
        lastLook();
      },
      end: () => {
        drain.removeEventListener('abort', abort);
        this.letGo(held);
      },
    };
  }

  /** Another turn has taken this one's place. Spares the rest of a call when it is ours; another process learns it with its next beat. */
  giveUp(runId: string): void {
    for (const held of this.held) if (held.runId === runId) held.lost.abort();
  }

  private letGo(held: Held): void {
    this.held.delete(held);
    if (this.held.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  /** Judged by our own clock too: while the database is away, nobody else can tell us that time ran out. */
  private isLost(held: Held): boolean {
    if (performance.now() - held.since > this.config.leaseMs) held.lost.abort();
    return held.lost.signal.aborted;
  }

  private async beat(): Promise<void> {
    const alive = [...this.held].filter((held) => !this.isLost(held));
    if (this.isBeating || alive.length === 0) return;
    this.isBeating = true;
    await this.renew(alive);
    this.isBeating = false;
  }

  private async renew(alive: readonly Held[]): Promise<void> {
    const at = performance.now();
    try {
      const kept = new Map((await this.leases.renew(alive)).map(({ runId, epoch, isRenewed }) => [`${runId} ${epoch}`, isRenewed]));
      for (const held of alive) {
        const isRenewed = kept.get(`${held.runId} ${held.epoch}`);
        if (isRenewed === undefined) held.lost.abort();
        // A beat and a look may be under way at once, and end in any order.
        else if (isRenewed) held.since = Math.max(held.since, at);
      }
    } catch (error) {
      this.logger.warn({ err: error, turns: alive.length }, 'leases could not be renewed');
    }
  }
}
