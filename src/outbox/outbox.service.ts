import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { CorrelationLog } from '../correlation/index.js';
import { Jobs, type Tx } from '../platform/index.js';
import { statesBefore, type Outgoing } from './message.js';
import { deliver } from './outbox.jobs.js';

interface Origin {
  runId: string;
  chatId: string;
  correlationId: string;
}

/** The way in for whoever wants something said. The text is stored before any send; sending is the deliver job's alone. */
@Injectable()
export class Outbox {
  constructor(
    private readonly jobs: Jobs,
    private readonly log: CorrelationLog,
  ) {}

  /** Stores the messages of a turn, in order, and wakes the sender. Unique (run, part): a turn that ran twice queues once. */
  async queue(tx: Tx, origin: Origin, outgoing: readonly Outgoing[]): Promise<void> {
    if (outgoing.length === 0) return;
    // The database's clock, not this process's: it decides the order within a chat and when a message is due.
    const [clock] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    const times = clock ? { createdAt: clock.now, nextAttemptAt: clock.now } : {};
    const rows = outgoing.map((content, part) => ({
      id: uuidv7(),
      ...origin,
      ...times,
      part,
      kind: content.kind,
      text: content.kind === 'text' ? content.text : null,
      content,
    }));
    await tx.message.createMany({ data: rows });
    await this.log.append(tx, ...rows.map(({ id, part, kind }) => ({ type: 'outbox.queued' as const, ...origin, messageId: id, detail: { kind, part } })));
    await this.jobs.enqueue(tx, deliver, { chatId: origin.chatId, correlationId: origin.correlationId });
  }

  /** Nothing that was not sent yet goes out any more, because `reason`. What is being sent right now can't be called back. */
  async expireUnsent(tx: Tx, chatId: string, reason: string): Promise<number> {
    const unsent = statesBefore('expired').filter((state) => state !== 'held');
    const rows = await tx.$queryRaw<{ id: string; runId: string; correlationId: string }[]>`
      UPDATE message SET state = 'expired', reason = ${reason}, updated_at = clock_timestamp()
      WHERE chat_id = ${chatId}::uuid AND state = ANY(${unsent})
      RETURNING id, run_id AS "runId", correlation_id AS "correlationId"`;
    await this.log.append(tx, ...rows.map(({ id, runId, correlationId }) => ({ type: 'message.expired' as const, chatId, runId, messageId: id, correlationId, reason, detail: {} })));
    return rows.length;
  }
}
