import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Alarms } from './alarms.service.js';

/** The alarms of this process; any of them degrades its health, none makes it 503. */
@Injectable()
export class AlarmHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly alarms: Alarms,
  ) {}

  raised(): HealthIndicatorResult {
    const check = this.indicators.check('alarms');
    const raised = this.alarms.raised();
    return Object.keys(raised).length > 0 ? check.degraded({ raised }) : check.up({ raised });
  }
}
