import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Metrics, Role, SweepConfig } from '../platform/index.js';
import { SweepMark, type SweepState } from './sweep-mark.store.js';

const everyMs = 5000;
/** So many rounds may pass without a complete look, and so long does what was noticed count. */
const rounds = 3;

/**
 * Watches the watchman. A sweep that finds nothing looks the same as one that sees nothing, so a look that does not complete, a
 * listing that lacks the chats that write to us, and one that can't be read are an alarm of their own. Each worker judges by
 * the shared row: whichever replica looked, all of them tell.
 */
@Injectable()
export class SweepWatch {
  private readonly bornAt = performance.now();

  constructor(
    private readonly role: Role,
    private readonly config: SweepConfig,
    private readonly alarms: Alarms,
    private readonly metrics: Metrics,
    private readonly mark: SweepMark,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works || this.config.everyMs === 0) return;
    const state = await this.mark.state(this.patienceMs);
    const blindness = this.blindness(state);
    this.alarms.set('sweep-blind', blindness !== null, { reason: blindness });
    this.alarms.set('webhook-lost-messages', state.hasFound, { foundLastDay: state.foundLastDay });
    this.metrics.sweepPending.set(state.pendingChats);
    if (state.completedAt) this.metrics.lastSweep.set(state.completedAt.getTime() / 1000);
  }

  /** Why the sweep can't see; null when it can. */
  blindness({ blindReason, sinceCompletedMs }: SweepState): string | null {
    // A program that was off for a while has not looked either: it gets as long as one that was never on.
    const sinceBirthMs = performance.now() - this.bornAt;
    if (sinceBirthMs > this.patienceMs && (sinceCompletedMs ?? Infinity) > this.patienceMs) return blindReason ?? 'not-completed';
    return blindReason;
  }

  get patienceMs(): number {
    return rounds * this.config.everyMs;
  }
}
