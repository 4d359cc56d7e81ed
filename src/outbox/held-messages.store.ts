import { Injectable } from '@nestjs/common';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Jobs, Metrics, type Tx } from '../platform/index.js';
import { deliver } from './outbox.jobs.js';

/** An answer that was kept longer than this is not sent any more: by then the customer is better served by a new one. */
const heldForSeconds = 600;

interface Moved {
  id: string;
  runId: string;
  correlationId: string;
  state: string;
}

/**
 * Answers that are kept back while a person has the chat who has not said a word yet: he may let go again. As soon as anybody
 * has written, they no longer fit. What a person ordered to be sent is not kept back; what may have been sent before is not
 * sent again.
 */
@Injectable()
export class HeldMessages {
  constructor(
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
    private readonly jobs: Jobs,
  ) {}

  /** Nothing that waits goes out for now, because `reason`. */
  async hold(tx: Tx, chatId: string, reason: string): Promise<void> {
    await this.move(tx, chatId, reason, Prisma.sql`
      UPDATE message SET state = CASE WHEN doubted_at IS NULL THEN 'held' ELSE 'expired' END, reason = ${reason}, updated_at = clock_timestamp()
      FROM (SELECT id FROM message WHERE chat_id = ${chatId}::uuid AND state IN ('planned', 'retrying') AND redriven_at IS NULL ORDER BY part FOR UPDATE) AS waiting
      WHERE message.id = waiting.id AND message.state IN ('planned', 'retrying')`);
  }

  /** The person has let go. Answers that still fit are sent: nobody has written since, and they hand the chat to nobody. */
  async release(tx: Tx, chatId: string): Promise<void> {
    const released = await this.move(tx, chatId, 'superseded', Prisma.sql`
      UPDATE message SET state = CASE WHEN fits THEN 'planned' ELSE 'expired' END, reason = CASE WHEN fits THEN NULL ELSE 'superseded' END,
        next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
      FROM (
        SELECT id, kind <> 'intent' AND created_at > clock_timestamp() - make_interval(secs => ${heldForSeconds})
          AND NOT EXISTS (SELECT FROM message AS other WHERE other.run_id = kept.run_id AND other.kind = 'intent' AND other.content->>'purpose' IS NULL)
          AND NOT EXISTS (SELECT FROM event WHERE event.chat_id = kept.chat_id AND event.kind = 'message' AND event.author IN ('customer', 'flow', 'operator') AND event.received_at > kept.created_at) AS fits
        FROM message AS kept WHERE chat_id = ${chatId}::uuid AND state = 'held' AND reason = 'owned-by-human' ORDER BY part FOR UPDATE) AS kept
      WHERE message.id = kept.id AND message.state = 'held'`);
    const [first] = released.filter(({ state }) => state === 'planned');
    if (first) await this.jobs.enqueue(tx, deliver, { chatId, correlationId: first.correlationId });
  }

  /** Whether an answer is kept back that may still be sent. */
  async hasFresh(tx: Tx, chatId: string): Promise<boolean> {
    const rows = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM message WHERE chat_id = ${chatId}::uuid AND state = 'held' AND reason = 'owned-by-human' AND created_at > clock_timestamp() - make_interval(secs => ${heldForSeconds}) LIMIT 1`;
    return rows.length > 0;
  }

  private async move(tx: Tx, chatId: string, reason: string, update: Prisma.Sql): Promise<Moved[]> {
    const moved = await tx.$queryRaw<Moved[]>`${update} RETURNING message.id, message.run_id AS "runId", message.correlation_id AS "correlationId", message.state`;
    for (const { state } of moved) if (state !== 'planned') this.metrics.messages.inc({ state });
    await this.log.append(tx, ...moved.map((message) => entryOf(chatId, message, reason)));
    return moved;
  }
}

function entryOf(chatId: string, { id, runId, correlationId, state }: Moved, reason: string): NewEntry {
  const refs = { chatId, runId, messageId: id, correlationId };
  if (state === 'planned') return { type: 'message.released', ...refs, detail: {} };
  return state === 'held' ? { type: 'message.held', ...refs, reason, detail: {} } : { type: 'message.expired', ...refs, reason, detail: {} };
}
