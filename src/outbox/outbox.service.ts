import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { CorrelationLog } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Jobs, type Tx } from '../platform/index.js';
import { CodeActionStore } from './code-action.store.js';
import { wordsOf } from './message.js';
import { deliver } from './outbox.jobs.js';
import { render } from './rendering/render.js';
import type { Wanted } from './rendering/wanted.js';

/** Nobody has it in hand: it waits for its turn, for a person to let the chat go, or for the customer to open the window. */
const isWaiting = Prisma.sql`message.state IN ('planned', 'retrying', 'held')`;

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
    private readonly calls: CodeActionStore,
  ) {}

  /**
   * Stores the messages of a turn, in order, and wakes the sender. They stand behind what the turn has queued before. The caller
   * holds the conversation and the turn, so that a turn that ran twice queues once; unique (run, part) would refuse two at once.
   * What a code block waits for is not due before it stops waiting.
   *
   * They are rendered for the chat's channel here and not when they are sent: a version that renders otherwise would send a
   * second copy that no echo is known by. Returns their ids.
   */
  async queue(tx: Tx, origin: Origin, wanted: readonly Wanted[]): Promise<string[]> {
    if (wanted.length === 0) return [];
    // The database's clock, not this process's: it decides the order within a chat and when a message is due.
    const [facts] = await tx.$queryRaw<{ now: Date; parts: number; platform: string | null }[]>`
      SELECT clock_timestamp() AS now, (SELECT coalesce(max(part) + 1, 0) FROM message WHERE run_id = ${origin.runId}::uuid) AS parts,
        (SELECT platform FROM chat WHERE id = ${origin.chatId}::uuid) AS platform`;
    const awaitedUntil = await this.calls.awaitedUntil(tx, origin.runId);
    const times = facts ? { createdAt: facts.now, nextAttemptAt: awaitedUntil ?? facts.now } : {};
    const rows = render(wanted, facts?.platform ?? null).map((content, index) => ({
      id: uuidv7(),
      ...origin,
      ...times,
      part: (facts?.parts ?? 0) + index,
      kind: content.kind,
      text: wordsOf(content),
      content,
    }));
    await tx.message.createMany({ data: rows });
    await this.log.append(tx, ...rows.map(({ id, part, kind }) => ({ type: 'outbox.queued' as const, ...origin, messageId: id, detail: { kind, part } })));
    await this.jobs.enqueue(tx, deliver, { chatId: origin.chatId, correlationId: origin.correlationId });
    return rows.map(({ id }) => id);
  }

  /**
   * Nothing that waits goes out any more, because `reason`. What is being sent right now can't be called back; what is in
   * doubt is not sent again when a person has the chat (stale.ts).
   */
  async expireUnsent(tx: Tx, chatId: string, reason: string): Promise<number> {
    const gone = await this.expire(tx, Prisma.sql`chat_id = ${chatId}::uuid`, reason);
    return gone.length;
  }

  /**
   * The customer wrote again before our answer went out: what surely nobody has seen is called back, and the newer turn
   * answers everything. Returns the runs of which nothing was sent, whose mail is to be read again. Intents are called back
   * too: whoever calls holds the chat, so it is not left muted with nobody. What a person ordered to be sent stays, and what
   * the platform refused for the window: the customer was told that it is there, and writes to have it.
   */
  async recallUnsent(tx: Tx, chatId: string): Promise<string[]> {
    const recalled = await this.expire(tx, Prisma.sql`chat_id = ${chatId}::uuid AND doubted_at IS NULL AND redriven_at IS NULL AND refused_at IS NULL`, 'superseded');
    if (recalled.length === 0) return [];
    const runIds = [...new Set(recalled.map(({ runId }) => runId))];
    const rows = await tx.$queryRaw<{ runId: string }[]>`
      SELECT recalled.run_id AS "runId" FROM unnest(${runIds}::uuid[]) AS recalled(run_id) WHERE NOT EXISTS (
        SELECT FROM message WHERE message.run_id = recalled.run_id AND (message.state IN ('sending', 'accepted', 'sent', 'delivered', 'read', 'unknown') OR message.doubted_at IS NOT NULL)
          AND message.content->>'purpose' IS NULL)`;
    return rows.map(({ runId }) => runId);
  }

  private async expire(tx: Tx, which: Prisma.Sql, reason: string): Promise<{ id: string; runId: string; chatId: string; correlationId: string }[]> {
    const rows = await tx.$queryRaw<{ id: string; runId: string; chatId: string; correlationId: string }[]>`
      UPDATE message SET state = 'expired', reason = ${reason}, updated_at = clock_timestamp()
      FROM (SELECT id FROM message WHERE ${isWaiting} AND ${which} ORDER BY part FOR UPDATE) AS waiting
      WHERE message.id = waiting.id AND ${isWaiting}
      RETURNING message.id, run_id AS "runId", chat_id AS "chatId", correlation_id AS "correlationId"`;
    await this.log.append(tx, ...rows.map(({ id, runId, chatId, correlationId }) => ({ type: 'message.expired' as const, chatId, runId, messageId: id, correlationId, reason, detail: {} })));
    return rows;
  }
}
