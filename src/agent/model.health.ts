import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { AgentConfig, Database } from '../platform/index.js';

/**
 * Which model answers, and how it has been doing, by what every replica wrote down. The model itself is never asked: a
 * health check that calls it costs money and makes its outage ours.
 */
@Injectable()
export class ModelHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly config: AgentConfig,
    private readonly database: Database,
  ) {}

  async lately(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('model');
    const model = this.config.model ?? 'offline-answerer';
    try {
      const [row] = await this.database.prisma.$queryRaw<{ decided: number; failed: number }[]>`
        SELECT count(*) FILTER (WHERE type = 'turn.decided')::int AS decided, count(*) FILTER (WHERE type = 'turn.failed')::int AS failed
        FROM entry WHERE at > now() - interval '15 minutes' AND type IN ('turn.decided', 'turn.failed')`;
      const data = { model, decidedLast15Minutes: row?.decided ?? 0, failedLast15Minutes: row?.failed ?? 0 };
      return data.failedLast15Minutes > data.decidedLast15Minutes ? check.degraded(data) : check.up(data);
    } catch {
      return check.down({ model, message: 'the database did not answer' });
    }
  }
}
