import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Database } from '../platform/index.js';

const recent = '15 minutes';

/** When Botmaker last accepted a message, and whether sending has been failing since. */
@Injectable()
export class LastSendHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
  ) {}

  async lastSend(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('sending');
    try {
      const [row] = await this.database.prisma.$queryRaw<{ lastAcceptedAt: Date | null; failures: number; unknown: number }[]>`
        SELECT (SELECT max(accepted_at) FROM message WHERE accepted_at > now() - interval '7 days') AS "lastAcceptedAt",
          (SELECT count(*)::int FROM delivery WHERE started_at > now() - ${recent}::interval AND outcome <> 'accepted') AS failures,
          (SELECT count(*)::int FROM message WHERE state = 'unknown' AND updated_at > now() - interval '1 day') AS unknown`;
      const lastAcceptedAt = row?.lastAcceptedAt ?? null;
      const data = { lastAcceptedAt: lastAcceptedAt?.toISOString() ?? null, failuresLast15Minutes: row?.failures ?? 0, unknownLastDay: row?.unknown ?? 0 };
      const isFailing = data.failuresLast15Minutes > 0 && (lastAcceptedAt === null || lastAcceptedAt.getTime() < Date.now() - 15 * 60_000);
      return isFailing || data.unknownLastDay > 0 ? check.degraded(data) : check.up(data);
    } catch {
      return check.down({ message: 'the database did not answer' });
    }
  }
}
