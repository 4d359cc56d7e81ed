import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { SweepConfig } from '../platform/index.js';
import { SweepMark } from './sweep-mark.store.js';
import { SweepWatch } from './sweep-watch.job.js';

/** Whether the sweep sees, how far it has looked, and what it found. */
@Injectable()
export class SweepHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly config: SweepConfig,
    private readonly mark: SweepMark,
    private readonly watch: SweepWatch,
  ) {}

  async seen(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('sweep');
    if (this.config.everyMs === 0) return check.up({ isOn: false });
    try {
      const state = await this.mark.state(this.watch.patienceMs);
      const { completedAt, sweptUntil, pendingChats, foundLastDay } = state;
      const blindness = this.watch.blindness(state);
      const data = { completedAt: completedAt?.toISOString() ?? null, sweptUntil: sweptUntil?.toISOString() ?? null, pendingChats, foundLastDay, blindness };
      return blindness === null ? check.up(data) : check.degraded(data);
    } catch {
      return check.down({ message: 'the database did not answer' });
    }
  }
}
