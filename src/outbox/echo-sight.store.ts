import { Injectable } from '@nestjs/common';
import type { ChatAddress } from '../botmaker/index.js';
import { Database, OutboxConfig } from '../platform/index.js';
import { echoSample, type EchoSight } from './echo-sight.js';

/** Of how many echoes the slowest is looked for: the maximum of 10,000 is their 99.99th percentile. */
const lagSample = 10_000;

/** What the echoes of late were worth, from our own tables, so that all replicas judge alike. */
@Injectable()
export class EchoSightStore {
  constructor(
    private readonly database: Database,
    private readonly config: OutboxConfig,
  ) {}

  /**
   * Bodies that wait unread may hold an echo: only messages whose echo is older than all of those are judged. What a code block
   * said is the flow's own line, and tells nothing of the API's.
   */
  async read(): Promise<EchoSight> {
    const rows = await this.database.prisma.$queryRaw<{ by: string | null; count: number }[]>`
      WITH inbox AS (SELECT least(clock_timestamp(), min(received_at)) AS read_until FROM envelope WHERE read_at IS NULL)
      SELECT nullif(confirmed_by, 'lookup') AS by, count(*)::int FROM (
        SELECT confirmed_by FROM message, inbox
        WHERE accepted_at < read_until - make_interval(secs => ${this.config.doubtMs / 1000}) AND kind <> 'intent' AND confirmed_by IS DISTINCT FROM 'response'
        ORDER BY accepted_at DESC LIMIT ${echoSample}
      ) AS recent GROUP BY 1`;
    return {
      accepted: rows.reduce((sum, { count }) => sum + count, 0),
      echoedBy: Object.fromEntries(rows.flatMap(({ by, count }) => (by === null ? [] : [[by, count]]))),
      slowestMs: await this.slowest(),
    };
  }

  /**
   * The reader has not come to what Botmaker told of this chat a second ago, within the doubt of a message that was sent `ageMs`
   * ago: its echo may be there, and nobody has seen it. A body of another chat holds none, nor one that came when the doubt was
   * over, and behind a busy inbox there is always one of those. Should a body spell the chat's ids in another way than we do, the
   * listing still stands between a lost echo and a second copy.
   */
  async isInboxBehind({ chatId, contactId }: ChatAddress, ageMs: number): Promise<boolean> {
    const leastAgeMs = Math.max(1000, ageMs - this.config.doubtMs);
    const names = [chatId, contactId].filter((name) => name !== null);
    const [row] = await this.database.prisma.$queryRaw<{ isBehind: boolean }[]>`
      SELECT EXISTS (
        SELECT FROM envelope WHERE read_at IS NULL AND received_at < clock_timestamp() - make_interval(secs => ${leastAgeMs / 1000}::float8)
          AND (${names.length} = 0 OR EXISTS (SELECT FROM unnest(${names}::text[]) AS name WHERE position(convert_to(name, 'UTF8') IN body) > 0))
      ) AS "isBehind"`;
    return row?.isBehind ?? false;
  }

  /** How many copies too many were seen in the last day. */
  async duplicatesLastDay(): Promise<number> {
    const [row] = await this.database.prisma.$queryRaw<{ copies: number }[]>`SELECT count(*)::int AS copies FROM message_copy WHERE seen_at > clock_timestamp() - interval '1 day'`;
    return row?.copies ?? 0;
  }

  private async slowest(): Promise<number | null> {
    const [row] = await this.database.prisma.$queryRaw<{ slowestMs: number | null }[]>`
      SELECT (extract(epoch FROM max(confirmed_at - sending_at)) * 1000)::float8 AS "slowestMs" FROM (
        SELECT confirmed_at, sending_at FROM message
        WHERE confirmed_at > clock_timestamp() - interval '1 hour' AND confirmed_by NOT IN ('lookup', 'variables', 'response') AND resent_at IS NULL AND redriven_at IS NULL
        ORDER BY confirmed_at DESC LIMIT ${lagSample}
      ) AS recent`;
    return row?.slowestMs ?? null;
  }
}
