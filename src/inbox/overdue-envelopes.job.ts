import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database, Jobs, Role } from '../platform/index.js';
import { readEnvelopes } from './inbox.jobs.js';

const everyMs = 2000;

/**
 * Finds bodies that nobody was woken for. A worker that is killed keeps its job locked for hours, so the queue alone would
 * leave them waiting; the table knows better.
 */
@Injectable()
export class OverdueEnvelopes {
  constructor(
    private readonly role: Role,
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    const envelopes = await this.database.prisma.$queryRaw<{ correlationId: string }[]>`
      SELECT correlation_id AS "correlationId" FROM envelope WHERE read_at IS NULL AND received_at < clock_timestamp() - interval '2 seconds' ORDER BY id LIMIT 1`;
    await this.jobs.wake(this.database, readEnvelopes, envelopes);
  }
}
