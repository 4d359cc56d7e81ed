import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Database } from './database.service.js';
import { pendingMigrations } from './migrate.js';

const patienceMs = 2000;

/** Whether the database answers, and whether its schema is the one this version was built for. */
@Injectable()
export class DatabaseHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
  ) {}

  async answers(): Promise<HealthIndicatorResult> {
    const startedAt = performance.now();
    return this.look('database', async () => {
      await this.query('SELECT 1');
      return { ms: Math.round(performance.now() - startedAt) };
    });
  }

  async isMigrated(): Promise<HealthIndicatorResult> {
    const pending = await this.pending().catch(() => null);
    const check = this.indicators.check('migrations');
    if (pending === null) return check.down({ message: 'the database did not answer' });
    return pending.length === 0 ? check.up({ pending: 0 }) : check.down({ pending: pending.length, message: 'run the migrate role' });
  }

  private pending(): Promise<string[]> {
    return pendingMigrations((sql) => this.query(sql));
  }

  private async look(key: string, work: () => Promise<Record<string, number>>): Promise<HealthIndicatorResult> {
    const check = this.indicators.check(key);
    try {
      return check.up(await work());
    } catch {
      return check.down({ message: 'the database did not answer' });
    }
  }

  /** On the door's own small pool: a busy work pool must not look like a dead database. */
  private query(text: string): Promise<{ rows: { migration_name: string }[] }> {
    return this.database.ingest.query({ text, query_timeout: patienceMs } as { text: string });
  }
}
