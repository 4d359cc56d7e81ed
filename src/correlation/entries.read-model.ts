import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { Database } from '../platform/index.js';
import { allOf, boundedRead } from './bounded-read.js';
import { reasonWords } from './chat-view.js';
import { ChatsReadModel, type ChatFilter } from './chats.read-model.js';
import type { EntryView } from './entry-view.js';
import { codesNamed } from './entry-words.js';
import { hasWords, TextSearchReadModel, type SearchHits } from './text-search.read-model.js';

/** `from` is inclusive, `to` exclusive. `q` looks in texts and in codes and their words. */
export interface EntryFilter extends ChatFilter {
  runId?: string | undefined;
  type?: string | undefined;
  reason?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  q?: string | undefined;
}

/** A page begins after the entry with the id `after`, in the given order, and goes no further than `upTo`. */
export interface EntryPage {
  order: 'newest-first' | 'oldest-first';
  limit: number;
  after: bigint | null;
  upTo?: bigint | undefined;
}

type Row = Omit<EntryView, 'reasonText'>;

/** Searches the correlation log. Keyset on the id, which grows with time; reads at most `limit` + 1 entries a page. */
@Injectable()
export class EntriesReadModel {
  constructor(
    private readonly database: Database,
    private readonly chats: ChatsReadModel,
    private readonly texts: TextSearchReadModel,
  ) {}

  /** One page, and the id to go on after (null: this was the last). */
  async page(filter: EntryFilter, page: EntryPage): Promise<{ items: EntryView[]; next: bigint | null }> {
    const scope = await this.chats.scope(filter);
    if (scope.none) return { items: [], next: null };
    const chat = scope.on(Prisma.sql`n.chat_id`);
    const conditions = [...(chat ? [chat] : []), ...plainConditions(filter), ...pageConditions(page)];
    const matching = filter.q === undefined ? [Prisma.sql`TRUE`] : waysToMatch(filter.q, await this.texts.find(filter.q));
    const rows = await boundedRead<Row>(this.database, select(ids(matching, conditions, page), page.order));
    const items = rows.slice(0, page.limit).map(toView);
    const last = rows.length > page.limit ? items.at(-1) : undefined;
    return { items, next: last ? BigInt(last.id) : null };
  }

  /** Entries by id, oldest first. */
  async byIds(ids: readonly bigint[]): Promise<EntryView[]> {
    if (ids.length === 0) return [];
    const rows = await boundedRead<Row>(this.database, select(Prisma.sql`(SELECT unnest(${[...ids]}::bigint[]) AS id)`, 'oldest-first'));
    return rows.map(toView);
  }

  /** The id of the newest entry: where an export that must end stops. */
  async newestId(): Promise<bigint> {
    const newest = await this.database.prisma.entry.findFirst({ orderBy: { id: 'desc' }, select: { id: true } });
    return newest?.id ?? 0n;
  }
}

function plainConditions({ runId, type, reason, from, to }: EntryFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (runId !== undefined) conditions.push(Prisma.sql`n.run_id = ${runId}::uuid`);
  if (type !== undefined) conditions.push(Prisma.sql`n.type = ${type}`);
  if (reason !== undefined) conditions.push(Prisma.sql`n.reason = ${reason}`);
  // Ids and times grow together, give or take what a transaction lasts. So a time is also a bound on the id, found with one
  // look at the index on time, and a page of last year doesn't read its way back through this year.
  if (from !== undefined) {
    conditions.push(Prisma.sql`n.at >= ${from}::timestamptz`, Prisma.sql`n.id >= coalesce((
      SELECT x.id FROM entry x WHERE x.at < ${from}::timestamptz - interval '10 minutes' ORDER BY x.at DESC, x.id DESC LIMIT 1), 0)`);
  }
  if (to !== undefined) {
    conditions.push(Prisma.sql`n.at < ${to}::timestamptz`, Prisma.sql`n.id <= coalesce((
      SELECT x.id FROM entry x WHERE x.at >= ${to}::timestamptz + interval '10 minutes' ORDER BY x.at, x.id LIMIT 1), 9223372036854775807)`);
  }
  return conditions;
}

function pageConditions({ order, after, upTo }: EntryPage): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (after !== null) conditions.push(order === 'newest-first' ? Prisma.sql`n.id < ${after}` : Prisma.sql`n.id > ${after}`);
  if (upTo !== undefined) conditions.push(order === 'newest-first' ? Prisma.sql`n.id >= ${upTo}` : Prisma.sql`n.id <= ${upTo}`);
  return conditions;
}

/** The ids of the page. A search has several ways to match; each is a query of its own, so that each can use its own index. */
function ids(matching: readonly Prisma.Sql[], conditions: readonly Prisma.Sql[], page: EntryPage): Prisma.Sql {
  const direction = page.order === 'newest-first' ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const branch = (way: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`(SELECT n.id FROM entry n WHERE ${allOf([...conditions, way])} ORDER BY n.id ${direction} LIMIT ${page.limit + 1})`;
  return Prisma.sql`(SELECT DISTINCT b.id FROM (${Prisma.join(matching.map(branch), ' UNION ALL ')}) b ORDER BY b.id ${direction} LIMIT ${page.limit + 1})`;
}

/** The ways in which an entry may match a search: the text it points at, its type, its reason. */
function waysToMatch(search: string, { events, messages }: SearchHits): Prisma.Sql[] {
  const { types, reasons } = codesNamed(search);
  return [
    // A subquery in place of a value is looked up entry by entry, newest first, and never turned into a join over everything.
    events === 'many'
      ? Prisma.sql`(n.event_id IS NOT NULL AND (SELECT ${hasWords('event', search)} FROM event x WHERE x.id = n.event_id))`
      : Prisma.sql`n.event_id = ANY(${events.map((event) => event.id)}::bigint[])`,
    messages === 'many'
      ? Prisma.sql`(n.message_id IS NOT NULL AND (SELECT ${hasWords('message', search)} FROM message x WHERE x.id = n.message_id))`
      : Prisma.sql`(n.run_id = ANY(${messages.map((message) => message.runId)}::uuid[]) AND n.message_id = ANY(${messages.map((message) => message.id)}::uuid[]))`,
    Prisma.sql`n.reason = ANY(${reasons})`,
    ...(types.length > 0 ? [Prisma.sql`n.type = ANY(${types})`] : []),
  ];
}

function select(page: Prisma.Sql, order: EntryPage['order']): Prisma.Sql {
  return Prisma.sql`
    SELECT n.id, n.at, n.type, n.reason, n.chat_id AS "chatId", c.botmaker_chat_id AS "botmakerChatId", c.channel_id AS "channelId",
      c.contact_id AS "contactId", n.run_id AS "runId", n.event_id AS "eventId", n.message_id AS "messageId",
      n.correlation_id AS "correlationId", coalesce(m.text, e.text) AS text, n.detail
    FROM ${page} p
    JOIN entry n ON n.id = p.id
    LEFT JOIN chat c ON c.id = n.chat_id
    LEFT JOIN event e ON e.id = n.event_id
    LEFT JOIN message m ON m.id = n.message_id
    ORDER BY n.id ${order === 'newest-first' ? Prisma.sql`DESC` : Prisma.sql`ASC`}`;
}

function toView(row: Row): EntryView {
  return { ...row, reasonText: reasonWords(row.reason) };
}
