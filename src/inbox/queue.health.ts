import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Database, Metrics } from '../platform/index.js';

/** Work older than this means that nobody is working, or that it is too much. */
const tooOldSeconds = 60;

/** How long the oldest waiting work has been waiting: unread bodies, mail that is due, messages that are due. */
@Injectable()
export class QueueHealth implements OnModuleInit {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly metrics: Metrics,
  ) {}

  /** A scrape while the database is away keeps the last known ages. */
  onModuleInit(): void {
    this.metrics.measureQueueAge(() => this.ages().catch(() => ({})));
  }

  async age(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('queue');
    try {
      const ages = await this.ages();
      const oldestSeconds = Math.max(...Object.values(ages));
      const data = { oldestSeconds, ...ages };
      return oldestSeconds > tooOldSeconds ? check.degraded(data) : check.up(data);
    } catch {
      return check.down({ message: 'the database did not answer' });
    }
  }

  private async ages(): Promise<Record<string, number>> {
    const [row] = await this.database.prisma.$queryRaw<Record<string, number>[]>`
      SELECT coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(received_at) FROM envelope WHERE read_at IS NULL)), 0)::float AS envelopes,
        coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(starts_at) FROM turn WHERE state = 'queued' AND starts_at <= clock_timestamp())), 0)::float AS turns,
        coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(next_attempt_at) FROM message WHERE state IN ('planned', 'retrying') AND next_attempt_at <= clock_timestamp())), 0)::float AS messages`;
    return Object.fromEntries(Object.entries(row ?? {}).map(([queue, seconds]) => [queue, Math.round(seconds * 10) / 10]));
  }
}
