import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Database } from '../platform/index.js';

/** Work older than this means that nobody is working, or that it is too much. */
const tooOldSeconds = 60;

/** How long the oldest waiting work has been waiting: unread bodies, mail that is due, messages that are due. */
@Injectable()
export class QueueHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
  ) {}

  async age(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('queue');
    try {
      const [row] = await this.database.prisma.$queryRaw<{ envelopes: number; turns: number; messages: number }[]>`
        SELECT coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(received_at) FROM envelope WHERE read_at IS NULL)), 0)::float AS envelopes,
          coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(starts_at) FROM turn WHERE state = 'queued' AND starts_at <= clock_timestamp())), 0)::float AS turns,
          coalesce(extract(epoch FROM clock_timestamp() - (SELECT min(next_attempt_at) FROM message WHERE state IN ('planned', 'retrying') AND next_attempt_at <= clock_timestamp())), 0)::float AS messages`;
      const ages = { envelopes: round(row?.envelopes), turns: round(row?.turns), messages: round(row?.messages) };
      const oldestSeconds = Math.max(...Object.values(ages));
      const data = { oldestSeconds, ...ages };
      return oldestSeconds > tooOldSeconds ? check.degraded(data) : check.up(data);
    } catch {
      return check.down({ message: 'the database did not answer' });
    }
  }
}

const round = (seconds: number | undefined): number => Math.round((seconds ?? 0) * 10) / 10;
