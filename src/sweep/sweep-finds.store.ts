import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChatAddress, RemoteMessage } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import { EnvelopeStore, readEnvelopes } from '../inbox/index.js';
import { Database, Jobs, Metrics, type Tx } from '../platform/index.js';
import type { KnownChat } from './compare-chat.js';
import { bodyOfMessages, bodyOfNews, type ChatNews } from './inbox-body.js';
import { shortestGapMs, type Gap } from './silence.js';
import type { Round } from './sweep-mark.store.js';

/** A chat that was active so long ago is in the listing by now. */
const listedAfterSeconds = 180;
/** A body is read as a whole, and its reader has limits. */
const messagesPerBody = 100;

/** What we know already, and the way into the inbox for what we do not. */
@Injectable()
export class SweepFinds {
  constructor(
    private readonly database: Database,
    private readonly envelopes: EnvelopeStore,
    private readonly jobs: Jobs,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** What we know of these chats, by Botmaker's id. One query for a page of the listing. */
  async known(botmakerChatIds: readonly string[]): Promise<Map<string, KnownChat>> {
    const rows = await this.database.prisma.$queryRaw<(KnownChat & { id: string })[]>`
      SELECT chat.botmaker_chat_id AS id, coalesce(talk.owner, 'flow') AS owner, coalesce(talk.variables, '{}') AS variables,
        CASE WHEN talk.owner_reason IS NOT NULL THEN talk.owner_since END AS "ownerSince",
        (SELECT max(occurred_at) FROM event WHERE chat_id = chat.id AND author = 'customer') AS "lastCustomerAt",
        (SELECT received_at FROM event WHERE chat_id = chat.id AND NOT backfill AND kind <> 'status' ORDER BY occurred_at DESC LIMIT 1) AS "lastNewsAt"
      FROM chat LEFT JOIN conversation AS talk ON talk.chat_id = chat.id WHERE chat.botmaker_chat_id = ANY(${botmakerChatIds})`;
    return new Map(rows.map(({ id, ...known }) => [id, known]));
  }

  /** Some chats in which customers wrote within the round, as far as we know: the listing must show them too. */
  async activeChats({ from, askedAt }: Round): Promise<string[]> {
    const rows = await this.database.prisma.$queryRaw<{ id: string }[]>`
      SELECT chat.botmaker_chat_id AS id FROM conversation AS talk JOIN chat ON chat.id = talk.chat_id
      WHERE talk.updated_at >= ${from} AND talk.last_customer_at BETWEEN ${from} AND ${askedAt}::timestamptz - make_interval(secs => ${listedAfterSeconds}) AND chat.botmaker_chat_id IS NOT NULL
      ORDER BY talk.updated_at DESC LIMIT 20`;
    return rows.map(({ id }) => id);
  }

  /** The stretches without any webhook that ended after what was seen before, and how many webhooks came in the whole round. */
  async silences({ from, settledUntil, seenUntil }: Round): Promise<{ gaps: Gap[]; arrivals: number }> {
    const [row] = await this.database.prisma.$queryRaw<{ arrivals: number; gaps: { from: string; until: string }[] }[]>`
      WITH came AS (SELECT received_at AS at FROM envelope WHERE door = 'webhook' AND received_at BETWEEN ${from} AND ${settledUntil}),
        gap AS (SELECT at AS begins, lead(at) OVER (ORDER BY at) AS ends FROM (SELECT at FROM came UNION ALL VALUES (${from}::timestamptz), (${settledUntil}::timestamptz)) AS edge)
      SELECT (SELECT count(*) FROM came)::int AS arrivals,
        coalesce((SELECT jsonb_agg(jsonb_build_object('from', begins, 'until', ends)) FROM gap
          WHERE ends - begins >= make_interval(secs => ${shortestGapMs / 1000}) AND ends > coalesce(${seenUntil}::timestamptz, '-infinity')), '[]') AS gaps`;
    return { arrivals: row?.arrivals ?? 0, gaps: (row?.gaps ?? []).map(({ from: begins, until }) => ({ from: new Date(begins), until: new Date(until) })) };
  }

  /** What the listing told of a chat, as of the moment it was asked. */
  async storeNews(tx: Tx, address: ChatAddress, news: ChatNews, askedAt: Date): Promise<void> {
    await this.accept(tx, bodyOfNews(address, news), askedAt, randomUUID());
  }

  /** Those of the messages that are in no event of ours, nor in a body that an earlier look stored and nobody has read. */
  async missing(messages: readonly RemoteMessage[]): Promise<RemoteMessage[]> {
    const rows = await this.database.prisma.$queryRaw<{ id: string }[]>`
      SELECT told.id FROM unnest(${messages.map(({ id }) => id)}::text[]) AS told (id)
      WHERE NOT EXISTS (SELECT FROM event WHERE event.remote_id = told.id AND event.kind = 'message')
        AND NOT EXISTS (SELECT FROM envelope WHERE read_at IS NULL AND door = 'sweep' AND position(convert_to(to_json(told.id)::text, 'UTF8') IN body) > 0)`;
    const missing = new Set(rows.map(({ id }) => id));
    return messages.filter(({ id }) => missing.has(id));
  }

  /** Puts what was missed into the inbox, whoever wrote it. Returns how many are the customer's. */
  async store(tx: Tx, address: ChatAddress & { chatId: string }, missed: readonly RemoteMessage[], askedAt: Date): Promise<number> {
    if (missed.length === 0) return 0;
    const correlationId = randomUUID();
    for (let at = 0; at < missed.length; at += messagesPerBody) await this.accept(tx, bodyOfMessages(address, missed.slice(at, at + messagesPerBody)), askedAt, correlationId);
    const count = missed.filter(({ from }) => from === 'user').length;
    if (count === 0) return 0;
    const row = await tx.chat.findUnique({ where: { botmakerChatId: address.chatId }, select: { id: true } });
    await this.log.append(tx, { type: 'sweep.found', chatId: row?.id ?? null, correlationId, detail: { count } });
    this.metrics.sweepFinds.inc(count);
    return count;
  }

  private async accept(tx: Tx, body: Buffer, receivedAt: Date, correlationId: string): Promise<void> {
    await this.envelopes.acceptIn(tx, { door: 'sweep', body, correlationId, receivedAt });
    await this.jobs.enqueue(tx, readEnvelopes, { correlationId });
  }
}
