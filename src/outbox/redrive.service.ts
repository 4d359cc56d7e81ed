import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { AppError, Database, Jobs } from '../platform/index.js';
import { deliver } from './outbox.jobs.js';

export interface Redriven {
  id: string;
  runId: string;
  state: 'planned';
}

/**
 * A person decides that a message goes out after all. It begins anew, with the same text and the same payload; that it may
 * have been sent before is not forgotten, so an echo of then still calls it off, and it is not sent once more by itself.
 */
@Injectable()
export class Redrive {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly jobs: Jobs,
  ) {}

  /** `by` is who decided, `note` why. Throws `not-found`, or `conflict` when the message is not over or the customer has it. */
  async redrive(id: string, by: string, note: string): Promise<Redriven> {
    return this.database.inTransaction(async (tx) => {
      const [row] = await tx.$queryRaw<{ runId: string; chatId: string; correlationId: string }[]>`
        UPDATE message SET state = 'planned', reason = NULL, redriven_at = clock_timestamp(), next_attempt_at = clock_timestamp(), updated_at = clock_timestamp(),
          resent_at = CASE WHEN doubted_at IS NULL THEN resent_at ELSE clock_timestamp() END,
          remote_id = NULL, notification_id = NULL, accepted_at = NULL, confirmed_at = NULL, confirmed_by = NULL
        WHERE id = ${id}::uuid AND state IN ('unknown', 'dead', 'expired') AND (confirmed_at IS NULL OR reason LIKE 'platform.%')
        RETURNING run_id AS "runId", chat_id AS "chatId", correlation_id AS "correlationId"`;
      if (!row) throw await this.refusal(id);
      await this.log.append(tx, { type: 'message.redriven', messageId: id, ...row, detail: { by, note } });
      await this.jobs.enqueue(tx, deliver, { chatId: row.chatId, correlationId: row.correlationId });
      return { id, runId: row.runId, state: 'planned' };
    });
  }

  private async refusal(id: string): Promise<AppError> {
    const message = await this.database.prisma.message.findUnique({ where: { id }, select: { state: true, confirmedAt: true } });
    if (!message) return new AppError('not-found', 'outbox.message-unknown', 'there is no message with this id');
    const why = message.confirmedAt ? 'its echo shows that Botmaker has it' : `it is ${message.state}`;
    return new AppError('conflict', 'outbox.not-redrivable', `the message can’t be sent again: ${why}`);
  }
}
