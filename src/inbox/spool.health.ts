import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Metrics } from '../platform/index.js';
import { Spool } from './spool.store.js';

/** What waits on disk for the database: bodies, bytes, and for how long. */
@Injectable()
export class SpoolHealth implements OnModuleInit {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly spool: Spool,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.metrics.measureSpool(() => this.measured());
  }

  level(): HealthIndicatorResult {
    const check = this.indicators.check('spool');
    const data = { ...this.measured(), maxBytes: this.spool.level.maxBytes };
    return this.spool.isEmpty ? check.up(data) : check.degraded(data);
  }

  private measured(): { bodies: number; bytes: number; oldestSeconds: number } {
    const { records, bytes, oldestAt } = this.spool.level;
    return { bodies: records, bytes, oldestSeconds: oldestAt === null ? 0 : Math.max(0, Math.round((Date.now() - oldestAt) / 1000)) };
  }
}
