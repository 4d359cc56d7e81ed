import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import type { Tx } from '../platform/index.js';
import type { NewEntry } from './entry.js';

/** Writes the correlation log: always inside the transaction of the step that the entry describes. */
@Injectable()
export class CorrelationLog {
  async append(tx: Tx, ...entries: NewEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await tx.entry.createMany({
      data: entries.map((entry) => ({
        type: entry.type,
        reason: entry.reason ?? null,
        chatId: entry.chatId ?? null,
        runId: entry.runId ?? null,
        eventId: entry.eventId ?? null,
        messageId: entry.messageId ?? null,
        correlationId: entry.correlationId ?? null,
        detail: entry.detail,
      })),
    });
  }

  /** The entry as a part of a larger statement, for a step that is one statement: it is written when `condition` selects a row. */
  entryWhen(entry: NewEntry, condition: Prisma.Sql): Prisma.Sql {
    return Prisma.sql`
      INSERT INTO entry (type, reason, chat_id, run_id, event_id, message_id, correlation_id, detail)
      SELECT ${entry.type}, ${entry.reason ?? null}, ${entry.chatId ?? null}::uuid, ${entry.runId ?? null}::uuid, ${entry.eventId ?? null}::bigint,
        ${entry.messageId ?? null}::uuid, ${entry.correlationId ?? null}::uuid, ${JSON.stringify(entry.detail)}::jsonb
      WHERE EXISTS (${condition})`;
  }
}
