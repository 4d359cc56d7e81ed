import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { Database } from '../platform/index.js';
import { boundedRead } from './bounded-read.js';

/** What a search found: every row, or the word that there are too many to name. */
export type Hits<Row> = readonly Row[] | 'many';

/** What `hits` looks through: which texts, and what to say of each that matches. */
interface Texts {
  table: 'event' | 'message' | 'chat';
  shown: Prisma.Sql;
}

export interface SearchHits {
  events: Hits<{ id: string; chatId: string | null }>;
  messages: Hits<{ id: string; runId: string; chatId: string }>;
}

/** Beyond this a match is so common that looking through the newest rows one by one finds a page of them sooner. */
const namedAtMost = 5000;

/**
 * Finds texts by whole words, in whatever language (`simple`: no stemming). Postgres has no idea how common a word is and so
 * plans half of all searches badly; here it is asked first, and the caller chooses: name the rows found, or look as it goes.
 */
@Injectable()
export class TextSearchReadModel {
  constructor(private readonly database: Database) {}

  async find(search: string): Promise<SearchHits> {
    const [events, messages] = await Promise.all([
      this.hits<{ id: string; chatId: string | null }>(search, { table: 'event', shown: Prisma.sql`x.id, x.chat_id AS "chatId"` }),
      this.hits<{ id: string; runId: string; chatId: string }>(search, { table: 'message', shown: Prisma.sql`x.id, x.run_id AS "runId", x.chat_id AS "chatId"` }),
    ]);
    return { events, messages };
  }

  /** Chats whose name has the words. */
  async chatsNamed(search: string): Promise<Hits<{ id: string }>> {
    return this.hits<{ id: string }>(search, { table: 'chat', shown: Prisma.sql`x.id` });
  }

  private async hits<Row extends object>(search: string, { table, shown }: Texts): Promise<Hits<Row>> {
    const rows = await boundedRead<Row>(this.database, Prisma.sql`SELECT ${shown} FROM ${Prisma.raw(table)} x WHERE ${indexed(table, search)} LIMIT ${namedAtMost + 1}`);
    return rows.length > namedAtMost ? 'many' : rows;
  }
}

const textOf = (table: Texts['table']): Prisma.Sql => (table === 'chat' ? Prisma.sql`x.name` : Prisma.sql`x.text`);

/** The condition that the row `x` of the table has the words; written as the full-text indexes are, or they would not be used. */
function indexed(table: Texts['table'], search: string): Prisma.Sql {
  const text = textOf(table);
  return Prisma.sql`${text} IS NOT NULL AND to_tsvector('simple', ${text}) @@ websearch_to_tsquery('simple', ${search})`;
}

/** The same condition for looking at one row after the other: written so that no full-text index fits, for reading it anew each time would be the slow way. */
export function hasWords(table: Texts['table'], search: string): Prisma.Sql {
  return Prisma.sql`to_tsvector('simple', coalesce(${textOf(table)}, '')) @@ websearch_to_tsquery('simple', ${search})`;
}
