import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { SetupWatch } from './setup-watch.job.js';

/** What the last look at Botmaker's side found. Never down: the program works as well as that side lets it. */
@Injectable()
export class SetupHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly watch: SetupWatch,
  ) {}

  found(): HealthIndicatorResult {
    const check = this.indicators.check('setup');
    if (!this.watch.isOn) return check.up({ isOn: false });
    const { state } = this.watch;
    if (state === null) return check.up({ lookedAt: null });
    const { lookedAt, problems, warnings, unseen } = state;
    const data = { lookedAt: lookedAt.toISOString(), problems, warnings, unseen };
    return problems.length > 0 || unseen.length > 0 ? check.degraded(data) : check.up(data);
  }
}
