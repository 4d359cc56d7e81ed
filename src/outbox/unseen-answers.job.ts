import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { CorrelationLog } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Database, Metrics, OutboxConfig, Role } from '../platform/index.js';

const everyMs = 5000;
/** Of how many answers that blocks were given one at least must have been echoed, for a missing echo to mean anything. */
const sample = 20;

/**
 * Finds answers that a code block was given and that never came to the customer, because our process or the block ended in
 * between: their echo stays away. They become `unknown`, for a person. They are not sent again: a block may have said them.
 */
@Injectable()
export class UnseenAnswers {
  constructor(
    private readonly role: Role,
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
    private readonly config: OutboxConfig,
  ) {}

  /** An inbox that is behind may hold the echo. */
  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    const isDue = Prisma.sql`accepted_at < clock_timestamp() - make_interval(secs => ${this.config.doubtMs / 1000})`;
    await this.database.inTransaction(async (tx) => {
      const unseen = await tx.$queryRaw<{ messageId: string; runId: string; chatId: string; correlationId: string; heldMs: number }[]>`
        UPDATE message SET state = 'unknown', reason = 'response-unseen', updated_at = clock_timestamp()
        WHERE confirmed_by = 'response' AND confirmed_at IS NULL AND state = 'accepted' AND kind = 'text'
          AND ${isDue} AND NOT EXISTS (SELECT FROM envelope WHERE read_at IS NULL AND received_at < clock_timestamp() - interval '1 second')
          AND EXISTS (SELECT FROM (SELECT confirmed_at FROM message WHERE confirmed_by = 'response' AND kind = 'text' AND ${isDue} ORDER BY accepted_at DESC LIMIT ${sample}) AS recent
            WHERE recent.confirmed_at IS NOT NULL)
        RETURNING id AS "messageId", run_id AS "runId", chat_id AS "chatId", correlation_id AS "correlationId", (extract(epoch FROM clock_timestamp() - accepted_at) * 1000)::float8 AS "heldMs"`;
      await this.log.append(tx, ...unseen.map(({ heldMs, ...refs }) => ({ type: 'message.unknown' as const, ...refs, reason: 'response-unseen', detail: { heldMs: Math.round(heldMs) } })));
      if (unseen.length > 0) this.metrics.messages.inc({ state: 'unknown' }, unseen.length);
    });
  }
}
