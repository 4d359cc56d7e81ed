import { Injectable } from '@nestjs/common';
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
}
