import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { Database } from '../platform/index.js';
import { boundedRead } from './bounded-read.js';
import { timelineKinds, type TimelineItem, type TimelineKind } from './conversation-view.js';
import { EntriesReadModel } from './entries.read-model.js';
import { eventView } from './event-view.js';
import { messageView } from './message-view.js';
import { receiptsOf } from './turns.read-model.js';
import { turnView } from './turn-view.js';

/** Where a page of a timeline begins: older than this. `id` is the row's own, padded so that numbers sort as text. */
export interface TimelinePosition {
  at: Date;
  kind: TimelineKind;
  id: string;
}

interface Spot {
  at: Date;
  rank: number;
  id: string;
}

/** What happened in one chat, whoever did it, in the order of time. */
@Injectable()
export class TimelineReadModel {
  constructor(
    private readonly database: Database,
    private readonly entries: EntriesReadModel,
  ) {}

  /** The newest `limit` things before `before`, given oldest first; `next` is the position to go further back from. */
  async page(chatId: string, limit: number, before: TimelinePosition | null): Promise<{ items: TimelineItem[]; next: TimelinePosition | null }> {
    const spots = await boundedRead<Spot>(this.database, spotsOf(chatId, limit + 1, before));
    const kept = spots.slice(0, limit);
    const items = await this.fill(kept);
    const oldest = spots.length > limit ? kept.at(-1) : undefined;
    return { items: items.reverse(), next: oldest ? { at: oldest.at, kind: kindOf(oldest), id: oldest.id } : null };
  }

  /** Fetches the rows that the spots stand for, each table once. */
  private async fill(spots: readonly Spot[]): Promise<TimelineItem[]> {
    const of = (kind: TimelineKind): string[] => spots.filter((spot) => kindOf(spot) === kind).map((spot) => spot.id);
    const { prisma } = this.database;
    const [events, turns, messages, entries] = await Promise.all([
      this.events(of('event').map(BigInt)),
      prisma.turn.findMany({ where: { runId: { in: of('turn') } } }),
      prisma.message.findMany({ where: { id: { in: of('message') } } }),
      this.entries.byIds(of('entry').map(BigInt)),
    ]);
    const receipts = await receiptsOf(this.database, [...new Set(messages.map((message) => message.runId))]);
    const found = new Map<string, Omit<TimelineItem, 'at'>>([
      ...events.map((event) => [`event ${event.id}`, { kind: 'event', event }] as const),
      ...turns.map((turn) => [`turn ${turn.runId}`, { kind: 'turn', turn: turnView(turn) }] as const),
      ...messages.map((message) => [`message ${message.id}`, { kind: 'message', message: messageView(message, receipts.get(message.id)) }] as const),
      ...entries.map((entry) => [`entry ${entry.id}`, { kind: 'entry', entry }] as const),
    ]);
    return spots.flatMap((spot) => {
      const kind = kindOf(spot);
      const item = found.get(`${kind} ${kind === 'event' || kind === 'entry' ? BigInt(spot.id) : spot.id}`);
      return item ? [{ at: spot.at, ...item }] : [];
    });
  }

  private async events(ids: bigint[]): Promise<ReturnType<typeof eventView>[]> {
    const { prisma } = this.database;
    const rows = await prisma.event.findMany({ where: { id: { in: ids } } });
    const remoteIds = rows.flatMap((row) => (row.kind === 'message' && row.remoteId !== null ? [row.remoteId] : []));
    const ours = await prisma.message.findMany({ where: { remoteId: { in: remoteIds } }, select: { id: true, remoteId: true } });
    const messageIds = new Map(ours.map((message) => [message.remoteId, message.id]));
    return rows.map((row) => eventView(row, (row.kind === 'message' ? messageIds.get(row.remoteId) : undefined) ?? null));
  }
}

const kindOf = (spot: Spot): TimelineKind => timelineKinds[spot.rank] ?? 'entry';

/** Which rows the page shows: their times and ids only, so that merging four tables costs little. */
function spotsOf(chatId: string, limit: number, before: TimelinePosition | null): Prisma.Sql {
  const sources: Record<TimelineKind, { from: Prisma.Sql; at: Prisma.Sql; id: Prisma.Sql }> = {
    event: { from: Prisma.sql`event`, at: Prisma.sql`occurred_at`, id: Prisma.sql`lpad(id::text, 20, '0')` },
    turn: { from: Prisma.sql`turn`, at: Prisma.sql`created_at`, id: Prisma.sql`run_id::text` },
    message: { from: Prisma.sql`message`, at: Prisma.sql`created_at`, id: Prisma.sql`id::text` },
    entry: { from: Prisma.sql`entry`, at: Prisma.sql`at`, id: Prisma.sql`lpad(id::text, 20, '0')` },
  };
  const branches = timelineKinds.map((kind, rank) => {
    const { from, at, id } = sources[kind];
    // The plain bound on the time is for the index, the row comparison for things of the same millisecond.
    const older = before
      ? Prisma.sql`AND ${at} <= ${before.at}::timestamptz AND (${at}, ${rank}::int, ${id}) < (${before.at}::timestamptz, ${timelineKinds.indexOf(before.kind)}::int, ${before.id})`
      : Prisma.empty;
    return Prisma.sql`(SELECT ${at} AS at, ${rank}::int AS rank, ${id} AS id FROM ${from} WHERE chat_id = ${chatId}::uuid ${older} ORDER BY 1 DESC, 3 DESC LIMIT ${limit})`;
  });
  return Prisma.sql`SELECT * FROM (${Prisma.join(branches, ' UNION ALL ')}) spots ORDER BY at DESC, rank DESC, id DESC LIMIT ${limit}`;
}
