import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Database, Metrics, type Tx } from '../platform/index.js';
import type { Claim, MessageState, Outgoing } from './message.js';

/**
 * Longer than a living worker may hold a claim, so that it never loses what it is sending: it begins to write within half of
 * the time limit or not at all, the call takes the whole limit at most, and the margin is for the database.
 */
const leaseOf = (sendTimeoutMs: number): number => sendTimeoutMs * 1.5 + 5000;

interface OpenRow {
  id: string;
  runId: string;
  part: number;
  kind: string;
  content: Outgoing;
  state: MessageState;
  attempts: number;
  correlationId: string;
  ageMs: number;
  dueInMs: number;
  leaseInMs: number | null;
  doubtInMs: number | null;
}

/** What a look at a chat's open messages found: something to send, something to wait for, or nothing. */
export type Next = { claim: Claim } | { waitMs: number } | null;

/** Claims a chat's messages for sending. All times are the database's, so replicas with other clocks agree. */
@Injectable()
export class DeliveryStore {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Takes the chat's next messages in hand. The rows are locked while we look, so of two workers one claims and the other
   * finds them `sending`. Order holds because only the head of the chat's queue is ever taken: whatever waits or is in
   * doubt there blocks this chat, and no other.
   */
  async claimNext(chatId: string, sendTimeoutMs: number, doubtMs: number): Promise<Next> {
    return this.database.inTransaction(async (tx) => {
      const open = await this.lockOpen(tx, chatId);
      const head = open[0];
      if (!head) return null;
      if (head.state === 'sending') return this.settleHead(tx, chatId, head, doubtMs);
      if (head.dueInMs > 0) return { waitMs: head.dueInMs };
      return { claim: await this.claim(tx, chatId, together(open), leaseOf(sendTimeoutMs)) };
    });
  }

  private lockOpen(tx: Tx, chatId: string): Promise<OpenRow[]> {
    return tx.$queryRaw<OpenRow[]>`
      SELECT id, run_id AS "runId", part, kind, content, state, attempts, correlation_id AS "correlationId",
        (extract(epoch FROM clock_timestamp() - created_at) * 1000)::float8 AS "ageMs",
        (extract(epoch FROM next_attempt_at - clock_timestamp()) * 1000)::float8 AS "dueInMs",
        (extract(epoch FROM lease_until - clock_timestamp()) * 1000)::float8 AS "leaseInMs",
        (extract(epoch FROM doubt_until - clock_timestamp()) * 1000)::float8 AS "doubtInMs"
      FROM message WHERE chat_id = ${chatId}::uuid AND state IN ('planned', 'retrying', 'sending')
      ORDER BY created_at, run_id, part FOR UPDATE`;
  }

  /** The head is with another worker, or was left by one that died, or is in doubt. */
  private async settleHead(tx: Tx, chatId: string, head: OpenRow, doubtMs: number): Promise<Next> {
    if (head.doubtInMs !== null && head.doubtInMs > 0) return { waitMs: head.doubtInMs };
    if (head.doubtInMs !== null) {
      const gone = await tx.$queryRaw<{ id: string }[]>`
        UPDATE message SET state = 'unknown', reason = 'no-echo', updated_at = clock_timestamp()
        WHERE run_id = ${head.runId}::uuid AND state = 'sending' AND doubt_until <= clock_timestamp() RETURNING id`;
      this.metrics.messages.inc({ state: 'unknown' }, gone.length);
      await this.log.append(tx, ...gone.map(({ id }) => ({ type: 'message.unknown' as const, chatId, runId: head.runId, messageId: id, correlationId: head.correlationId, detail: { heldMs: doubtMs } })));
      return { waitMs: 0 };
    }
    if (head.leaseInMs !== null && head.leaseInMs > 0) return { waitMs: head.leaseInMs };
    // The worker died between its claim and its answer: whether it sent, nobody can say.
    const lost = await tx.$executeRaw`
      UPDATE message SET doubt_until = sending_at + make_interval(secs => ${doubtMs / 1000}), lease_until = NULL, epoch = epoch + 1, updated_at = clock_timestamp()
      WHERE run_id = ${head.runId}::uuid AND state = 'sending' AND doubt_until IS NULL AND coalesce(lease_until, '-infinity') <= clock_timestamp()`;
    if (lost > 0) await this.log.append(tx, { type: 'delivery.in-doubt', chatId, runId: head.runId, messageId: head.id, correlationId: head.correlationId, detail: { attempt: head.attempts, code: 'outbox.worker-lost', holdMs: doubtMs } });
    return { waitMs: 0 };
  }

  private async claim(tx: Tx, chatId: string, rows: [OpenRow, ...OpenRow[]], leaseMs: number): Promise<Claim> {
    const [{ runId, correlationId }] = rows;
    const ids = rows.map(({ id }) => id);
    const claimed = await tx.$queryRaw<{ epoch: number; attempts: number }[]>`
      UPDATE message SET state = 'sending', epoch = epoch + 1, attempts = attempts + 1, reason = NULL, updated_at = clock_timestamp(),
        doubt_until = NULL, sending_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
      WHERE id = ANY(${ids}::uuid[]) RETURNING epoch, attempts`;
    const attempt = Math.max(...claimed.map(({ attempts }) => attempts));
    const delivery = await tx.delivery.create({ data: { chatId, runId, messageIds: ids, attempt } });
    await this.log.append(tx, { type: 'delivery.attempted', chatId, runId, correlationId, detail: { attempt, parts: rows.length } });
    const chat = await tx.chat.findUniqueOrThrow({ where: { id: chatId } });
    return {
      deliveryId: delivery.id,
      runId,
      chatId,
      correlationId,
      attempt,
      ageMs: Math.max(...rows.map(({ ageMs }) => ageMs)),
      epoch: Math.max(...claimed.map(({ epoch }) => epoch)),
      address: { platform: chat.platform, channelId: chat.channelId, contactId: chat.contactId, chatId: chat.botmakerChatId },
      messages: rows.map(({ id, part, content }) => ({ id, part, outgoing: content })),
    };
  }
}

/** What goes out in one call: the head and the texts right behind it that belong to the same turn. An intent goes alone. */
function together(open: OpenRow[]): [OpenRow, ...OpenRow[]] {
  const [head, ...rest] = open as [OpenRow, ...OpenRow[]];
  if (head.kind !== 'text') return [head];
  const end = rest.findIndex((row) => row.runId !== head.runId || row.kind !== 'text' || row.state === 'sending' || row.dueInMs > 0);
  return [head, ...(end === -1 ? rest : rest.slice(0, end))];
}
