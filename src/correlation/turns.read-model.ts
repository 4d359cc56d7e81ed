import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { Database } from '../platform/index.js';
import { allOf, boundedRead } from './bounded-read.js';
import { ChatsReadModel, type ChatFilter } from './chats.read-model.js';
import { EntriesReadModel } from './entries.read-model.js';
import { eventView } from './event-view.js';
import { deliveryView, messageView, type Receipts } from './message-view.js';
import { turnView, type TurnStory, type TurnView } from './turn-view.js';

/** `from` is inclusive, `to` exclusive; both on the time the turn was made. */
export interface TurnFilter extends ChatFilter {
  state?: string | undefined;
  outcome?: string | undefined;
  reason?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

export interface TurnPosition {
  at: Date;
  runId: string;
}

/** A run has tens of these; the bound is for the run that went wrong. */
const storyLimit = 500;

/** Answers "what happened in this run?" and "which runs were there?". */
@Injectable()
export class TurnsReadModel {
  constructor(
    private readonly database: Database,
    private readonly chats: ChatsReadModel,
    private readonly entries: EntriesReadModel,
  ) {}

  /** The whole story of one run, or null when there is no such run. */
  async story(runId: string): Promise<TurnStory | null> {
    const { prisma } = this.database;
    const found = await prisma.turn.findUnique({ where: { runId }, include: { chat: true } });
    if (!found) return null;
    const [events, messages, deliveries, { items: entries }] = await Promise.all([
      prisma.event.findMany({ where: { runId }, orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }], take: storyLimit }),
      prisma.message.findMany({ where: { runId }, orderBy: { part: 'asc' }, take: storyLimit }),
      prisma.delivery.findMany({ where: { runId }, orderBy: { id: 'asc' }, take: storyLimit }),
      this.entries.page({ runId }, { order: 'oldest-first', limit: storyLimit, after: null }),
    ]);
    const receipts = await receiptsOf(this.database, [runId]);
    const messageIds = new Map(messages.flatMap((message) => (message.remoteId === null ? [] : [[message.remoteId, message.id]])));
    const { id, botmakerChatId, platform, channelId, contactId, name } = found.chat;
    return {
      turn: turnView(found),
      chat: { id, botmakerChatId, platform, channelId, contactId, name },
      events: events.map((event) => eventView(event, messageIds.get(event.remoteId ?? '') ?? null)),
      messages: messages.map((message) => messageView(message, receipts.get(message.id))),
      deliveries: deliveries.map(deliveryView),
      entries,
    };
  }

  /** Runs, newest first. */
  async page(filter: TurnFilter, limit: number, after: TurnPosition | null): Promise<{ items: TurnView[]; next: TurnPosition | null }> {
    const scope = await this.chats.scope(filter);
    if (scope.none) return { items: [], next: null };
    const chat = scope.on(Prisma.sql`t.chat_id`);
    const conditions = [...(chat ? [chat] : []), ...conditionsOf(filter)];
    if (after) conditions.push(Prisma.sql`(t.created_at, t.run_id) < (${after.at}::timestamptz, ${after.runId}::uuid)`);
    const ids = await boundedRead<{ runId: string }>(this.database, Prisma.sql`
      SELECT t.run_id AS "runId" FROM turn t WHERE ${allOf(conditions)} ORDER BY t.created_at DESC, t.run_id DESC LIMIT ${limit + 1}`);
    const rows = await this.database.prisma.turn.findMany({
      where: { runId: { in: ids.slice(0, limit).map((row) => row.runId) } },
      orderBy: [{ createdAt: 'desc' }, { runId: 'desc' }],
    });
    const last = ids.length > limit ? rows.at(-1) : undefined;
    return { items: rows.map(turnView), next: last ? { at: last.createdAt, runId: last.runId } : null };
  }
}

function conditionsOf({ state, outcome, reason, from, to }: TurnFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (state !== undefined) conditions.push(Prisma.sql`t.state = ${state}`);
  if (outcome !== undefined) conditions.push(Prisma.sql`t.outcome = ${outcome}`);
  if (reason !== undefined) conditions.push(Prisma.sql`t.reason = ${reason}`);
  if (from !== undefined) conditions.push(Prisma.sql`t.created_at >= ${from}::timestamptz`);
  if (to !== undefined) conditions.push(Prisma.sql`t.created_at < ${to}::timestamptz`);
  return conditions;
}

/** When the messages of these runs were delivered and read, by message id. */
export async function receiptsOf(database: Database, runIds: readonly string[]): Promise<Map<string, Receipts>> {
  const rows = await boundedRead<Receipts & { messageId: string }>(database, Prisma.sql`
    SELECT message_id AS "messageId", min(at) AS "deliveredAt", min(at) FILTER (WHERE type = 'message.read') AS "readAt"
    FROM entry
    WHERE run_id = ANY(${[...runIds]}::uuid[]) AND type IN ('message.delivered', 'message.read') AND message_id IS NOT NULL
    GROUP BY message_id`);
  return new Map(rows.map(({ messageId, deliveredAt, readAt }) => [messageId, { deliveredAt, readAt }]));
}
