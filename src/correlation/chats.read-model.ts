import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { Database } from '../platform/index.js';
import { allOf, boundedRead } from './bounded-read.js';

/** Which chats a question is about. `chatId` is ours or Botmaker's. */
export interface ChatFilter {
  chatId?: string | undefined;
  contactId?: string | undefined;
  channelId?: string | undefined;
}

/** A condition on a column that holds our chat id: null asks for nothing, `none` can match nothing. */
export type ChatScope = { none: true } | { none: false; on: (column: Prisma.Sql) => Prisma.Sql | null };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Up to this many chats are named one by one, which lets Postgres use the index of each; beyond, it reads newest first and checks. */
const namedAtMost = 1000;

/** Finds chats by any of the names they go by. */
@Injectable()
export class ChatsReadModel {
  constructor(private readonly database: Database) {}

  /** Our id of the chat, given ours or Botmaker's; null when there is none. */
  async idOf(chatId: string): Promise<string | null> {
    const [found] = await this.find({ chatId }, 1);
    return found ?? null;
  }

  async scope(filter: ChatFilter): Promise<ChatScope> {
    const conditions = chatConditions(filter);
    if (conditions.length === 0) return { none: false, on: () => null };
    const ids = await this.find(filter, namedAtMost + 1);
    const [only] = ids;
    if (only === undefined) return { none: true };
    if (ids.length === 1) return { none: false, on: (column) => Prisma.sql`${column} = ${only}::uuid` };
    if (ids.length <= namedAtMost) return { none: false, on: (column) => Prisma.sql`${column} = ANY(${ids}::uuid[])` };
    return { none: false, on: (column) => Prisma.sql`EXISTS (SELECT FROM chat c WHERE c.id = ${column} AND ${allOf(conditions)})` };
  }

  private async find(filter: ChatFilter, limit: number): Promise<string[]> {
    const rows = await boundedRead<{ id: string }>(this.database, Prisma.sql`SELECT c.id FROM chat c WHERE ${allOf(chatConditions(filter))} LIMIT ${limit}`);
    return rows.map((row) => row.id);
  }
}

function chatConditions({ chatId, contactId, channelId }: ChatFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (chatId !== undefined) {
    conditions.push(uuid.test(chatId) ? Prisma.sql`(c.id = ${chatId}::uuid OR c.botmaker_chat_id = ${chatId})` : Prisma.sql`c.botmaker_chat_id = ${chatId}`);
  }
  // Ids are stored without the plus sign that people write before a number, and which arrives as a space from a careless URL.
  if (contactId !== undefined) conditions.push(Prisma.sql`c.contact_id = ${contactId.replace(/^[+\s]+(?=\d)/, '')}`);
  if (channelId !== undefined) conditions.push(Prisma.sql`c.channel_id = ${channelId}`);
  return conditions;
}
