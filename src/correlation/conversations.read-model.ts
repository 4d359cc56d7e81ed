import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { Database } from '../platform/index.js';
import { allOf, boundedRead } from './bounded-read.js';
import { reasonWords } from './chat-view.js';
import { ChatsReadModel, type ChatFilter } from './chats.read-model.js';
import type { ConversationView } from './conversation-view.js';
import { hasWords, TextSearchReadModel, type Hits, type SearchHits } from './text-search.read-model.js';

/** `from` is inclusive, `to` exclusive; both on the last activity. `q` looks in texts, names and ids. */
export interface ConversationFilter extends Omit<ChatFilter, 'chatId'> {
  owner?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  q?: string | undefined;
}

export interface ConversationPosition {
  at: Date;
  chatId: string;
}

type Row = Omit<ConversationView, 'lastTurn'> & { turnRunId: string | null; turnState: string; turnOutcome: string | null; turnReason: string | null };

const snippet = 200;

/** Answers "which conversations are there, and where do they stand?". */
@Injectable()
export class ConversationsReadModel {
  constructor(
    private readonly database: Database,
    private readonly chats: ChatsReadModel,
    private readonly texts: TextSearchReadModel,
  ) {}

  /** Conversations, the one with the newest activity first. */
  async page(filter: ConversationFilter, limit: number, after: ConversationPosition | null): Promise<{ items: ConversationView[]; next: ConversationPosition | null }> {
    const scope = await this.chats.scope(filter);
    if (scope.none) return { items: [], next: null };
    const chat = scope.on(Prisma.sql`v.chat_id`);
    const conditions = [...(chat ? [chat] : []), ...conditionsOf(filter)];
    if (after) conditions.push(Prisma.sql`(v.updated_at, v.chat_id) < (${after.at}::timestamptz, ${after.chatId}::uuid)`);
    const { q } = filter;
    const matching = q === undefined ? [Prisma.sql`TRUE`] : waysToMatch(q, ...(await Promise.all([this.texts.find(q), this.texts.chatsNamed(q)])));
    const rows = await boundedRead<Row>(this.database, select(ids(matching, conditions, limit + 1)));
    const items = rows.slice(0, limit).map(toView);
    const last = rows.length > limit ? items.at(-1) : undefined;
    return { items, next: last ? { at: last.lastActivityAt, chatId: last.id } : null };
  }

  /** One conversation by our chat id or Botmaker's. A chat that nobody spoke in yet is a conversation of the flow. */
  async one(chatId: string): Promise<ConversationView | null> {
    const id = await this.chats.idOf(chatId);
    if (id === null) return null;
    const [row] = await boundedRead<Row>(this.database, select(Prisma.sql`(SELECT ${id}::uuid AS chat_id)`));
    return row ? toView(row) : null;
  }
}

function conditionsOf({ owner, from, to }: ConversationFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (owner !== undefined) conditions.push(Prisma.sql`v.owner = ${owner}`);
  if (from !== undefined) conditions.push(Prisma.sql`v.updated_at >= ${from}::timestamptz`);
  if (to !== undefined) conditions.push(Prisma.sql`v.updated_at < ${to}::timestamptz`);
  return conditions;
}

/** As in the entries: each way to match a search is a query of its own, so that each can use its own index. */
function ids(matching: readonly Prisma.Sql[], conditions: readonly Prisma.Sql[], limit: number): Prisma.Sql {
  const branch = (way: Prisma.Sql): Prisma.Sql => Prisma.sql`(
    SELECT v.chat_id, v.updated_at FROM conversation v WHERE ${allOf([...conditions, way])} ORDER BY v.updated_at DESC, v.chat_id DESC LIMIT ${limit})`;
  return Prisma.sql`(SELECT DISTINCT b.chat_id, b.updated_at FROM (${Prisma.join(matching.map(branch), ' UNION ALL ')}) b ORDER BY b.updated_at DESC, b.chat_id DESC LIMIT ${limit})`;
}

/** The ways in which a conversation may match a search: what was said in it, the customer's name, an id. */
function waysToMatch(search: string, { events, messages }: SearchHits, named: Hits<{ id: string }>): Prisma.Sql[] {
  const oneOf = (chatIds: readonly (string | null)[]): Prisma.Sql => Prisma.sql`v.chat_id = ANY(${[...new Set(chatIds)]}::uuid[])`;
  // Looked up conversation by conversation, newest first, instead of a join over every text.
  const saidIn = (table: 'event' | 'message'): Prisma.Sql => Prisma.sql`(SELECT TRUE FROM ${Prisma.raw(table)} x WHERE x.chat_id = v.chat_id AND ${hasWords(table, search)} LIMIT 1)`;
  return [
    events === 'many' ? saidIn('event') : oneOf(events.map((event) => event.chatId)),
    messages === 'many' ? saidIn('message') : oneOf(messages.map((message) => message.chatId)),
    named === 'many' ? Prisma.sql`(SELECT ${hasWords('chat', search)} FROM chat x WHERE x.id = v.chat_id)` : oneOf(named.map((chat) => chat.id)),
    Prisma.sql`v.chat_id IN (SELECT c.id FROM chat c WHERE c.contact_id = ${search.replace(/^[+\s]+(?=\d)/, '')})`,
    Prisma.sql`v.chat_id IN (SELECT c.id FROM chat c WHERE c.botmaker_chat_id = ${search})`,
  ];
}

function select(page: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT c.id, c.botmaker_chat_id AS "botmakerChatId", c.platform, c.channel_id AS "channelId", c.contact_id AS "contactId", c.name,
      coalesce(v.owner, 'flow') AS owner, v.owner_reason AS "ownerReason", v.owner_since AS "ownerSince",
      v.last_customer_at AS "lastCustomerAt", v.last_operator_at AS "lastOperatorAt", v.window_closes_at AS "windowClosesAt",
      coalesce(v.updated_at, c.created_at) AS "lastActivityAt", said.author AS "lastAuthor", left(said.text, ${snippet}) AS "lastText",
      t.run_id AS "turnRunId", t.state AS "turnState", t.outcome AS "turnOutcome", t.reason AS "turnReason"
    FROM ${page} p
    JOIN chat c ON c.id = p.chat_id
    LEFT JOIN conversation v ON v.chat_id = c.id
    LEFT JOIN LATERAL (SELECT * FROM turn x WHERE x.chat_id = c.id ORDER BY x.created_at DESC LIMIT 1) t ON TRUE
    LEFT JOIN LATERAL (
      SELECT * FROM (
        -- An event whose author is the agent is the echo of a message that the other half finds.
        (SELECT e.author, e.text, e.occurred_at AS at FROM event e
         WHERE e.chat_id = c.id AND e.kind = 'message' AND e.author <> 'agent'
         ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1)
        UNION ALL
        (SELECT 'agent', m.text, m.created_at FROM message m WHERE m.chat_id = c.id AND m.kind <> 'intent' ORDER BY m.created_at DESC, m.part DESC LIMIT 1)
      ) both_sides ORDER BY at DESC LIMIT 1
    ) said ON TRUE
    ORDER BY "lastActivityAt" DESC, c.id DESC`;
}

function toView({ turnRunId, turnState, turnOutcome, turnReason, ...row }: Row): ConversationView {
  const lastTurn = turnRunId === null ? null : { runId: turnRunId, state: turnState, outcome: turnOutcome, reason: turnReason, reasonText: reasonWords(turnReason ?? turnOutcome) };
  return { ...row, lastTurn };
}
