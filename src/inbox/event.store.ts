import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { Tx } from '../platform/index.js';

export type EventState = 'received' | 'read' | 'ignored' | 'quarantined';
/** Who wrote a message: `agent` is us, as seen in an echo. */
export type Author = 'customer' | 'flow' | 'operator' | 'agent';

export interface NewEvent {
  key: string;
  envelopeId: bigint;
  chatId: string | null;
  kind: 'message' | 'status' | 'variables' | 'assignment' | 'code-action' | 'ignored' | 'quarantined';
  author: Author | null;
  state: EventState;
  reason: string | null;
  remoteId: string | null;
  text: string | null;
  content: Prisma.InputJsonObject;
  backfill: boolean;
  occurredAt: Date;
  receivedAt: Date;
}

/** An event of a chat as the conversation reads it. */
export interface StoredEvent {
  id: bigint;
  kind: string;
  author: Author | null;
  state: EventState;
  reason: string | null;
  text: string | null;
  content: Prisma.JsonObject;
  backfill: boolean;
  occurredAt: Date;
  receivedAt: Date;
  correlationId: string;
}

export interface MarkedEvent {
  id: bigint;
  state: EventState;
  reason: string | null;
}

/** A stored message, as far as it must be told from others. */
export interface KnownMessage {
  id: bigint;
  key: string;
  text: string | null;
  remoteId: string | null;
  runId: string | null;
  occurredAt: Date;
}

const knownFields = { id: true, key: true, text: true, remoteId: true, runId: true, occurredAt: true } as const;

/** Events, each stored once: the unique key absorbs redeliveries, whoever races. */
@Injectable()
export class EventStore {
  /** Stores what is new, with one statement. Returns the ids by key; a key that is missing was a duplicate. */
  async insertNew(tx: Tx, events: readonly NewEvent[]): Promise<Map<string, bigint>> {
    if (events.length === 0) return new Map();
    const rows = JSON.stringify(events.map((event) => ({ ...event, envelopeId: String(event.envelopeId) })));
    const stored = await tx.$queryRaw<{ id: bigint; key: string }[]>`
      INSERT INTO event (key, envelope_id, chat_id, kind, author, state, reason, remote_id, text, content, backfill, occurred_at, received_at)
      SELECT e.key, e."envelopeId", e."chatId", e.kind, e.author, e.state, e.reason, e."remoteId", e.text, e.content, e.backfill, e."occurredAt", e."receivedAt"
      FROM jsonb_to_recordset(${rows}::jsonb) AS e (
        key text, "envelopeId" bigint, "chatId" uuid, kind text, author text, state text, reason text, "remoteId" text, text text,
        content jsonb, backfill boolean, "occurredAt" timestamptz, "receivedAt" timestamptz)
      ON CONFLICT (key) DO NOTHING
      RETURNING id, key`;
    return new Map(stored.map(({ key, id }) => [key, id]));
  }

  /** The variables that came with the stored events of these keys; events without any are left out. */
  async variablesOf(tx: Tx, keys: readonly string[]): Promise<Map<string, Record<string, string>>> {
    if (keys.length === 0) return new Map();
    const rows = await tx.event.findMany({ where: { key: { in: [...keys] } }, select: { key: true, content: true } });
    return new Map(rows.flatMap(({ key, content }) => {
      const { variables } = content as { variables?: Record<string, string> | null };
      return variables ? [[key, variables]] : [];
    }));
  }

  known(tx: Tx, keys: readonly string[]): Promise<KnownMessage[]> {
    return tx.event.findMany({ where: { key: { in: [...keys] }, kind: 'message' }, select: knownFields });
  }

  byId(tx: Tx, id: bigint): Promise<KnownMessage[]> {
    return tx.event.findMany({ where: { id }, select: knownFields });
  }

  /** The customer's messages of a chat within so many ms of a moment, newest first. */
  customersAround(tx: Tx, chatId: string, moment: Date, ms: number): Promise<KnownMessage[]> {
    const [from, until] = [new Date(moment.getTime() - ms), new Date(moment.getTime() + ms)];
    return tx.event.findMany({ where: { chatId, kind: 'message', author: 'customer', occurredAt: { gte: from, lte: until } }, orderBy: { occurredAt: 'desc' }, select: knownFields });
  }

  /** A message is known by another key from now on, and by its id at Botmaker where that was unknown. */
  async rename(tx: Tx, id: bigint, { key, remoteId }: { key: string; remoteId: string | null }): Promise<void> {
    await tx.event.update({ where: { id }, data: { key, ...(remoteId === null ? {} : { remoteId }) } });
  }

  /** Echoes of what we sent: their author is the agent, neither the flow nor an operator who takes the chat. */
  async claimAsOurs(tx: Tx, ids: readonly bigint[]): Promise<void> {
    if (ids.length > 0) await tx.event.updateMany({ where: { id: { in: [...ids] } }, data: { author: 'agent' } });
  }

  /** A chat's events that nobody has read, in the order in which they happened. */
  async unread(tx: Tx, chatId: string): Promise<StoredEvent[]> {
    return this.many(tx, { chatId, state: 'received' });
  }

  /** The same of many chats, by chat, with one statement. */
  async unreadOf(tx: Tx, chatIds: readonly string[]): Promise<Map<string, StoredEvent[]>> {
    if (chatIds.length === 0) return new Map();
    const rows = await tx.$queryRaw<(StoredEvent & { chatId: string })[]>`
      SELECT event.id, event.chat_id AS "chatId", kind, author, state, reason, text, content, backfill, occurred_at AS "occurredAt", event.received_at AS "receivedAt",
        coalesce(envelope.correlation_id::text, '') AS "correlationId"
      FROM event LEFT JOIN envelope ON envelope.id = event.envelope_id
      WHERE event.chat_id = ANY(${chatIds}::uuid[]) AND event.state = 'received' ORDER BY event.occurred_at, event.id`;
    const byChat = new Map<string, StoredEvent[]>();
    for (const { chatId, ...event } of rows) byChat.set(chatId, [...(byChat.get(chatId) ?? []), event]);
    return byChat;
  }

  /** The customer messages that a turn has read (again, after a takeover). */
  async ofRun(tx: Tx, runId: string): Promise<StoredEvent[]> {
    return this.many(tx, { runId });
  }

  /** The customer's messages since `since` that were set aside for `reason`. */
  async setAside(tx: Tx, chatId: string, reason: string, since: Date): Promise<StoredEvent[]> {
    return this.many(tx, { chatId, state: 'ignored', reason, author: 'customer', receivedAt: { gte: since } });
  }

  /** When the flow last spoke in the chat, before `before`. */
  async lastFlowLineBefore(tx: Tx, chatId: string, before: Date): Promise<Date | null> {
    const line = await tx.event.findFirst({ where: { chatId, author: 'flow', occurredAt: { lt: before } }, orderBy: { occurredAt: 'desc' } });
    return line?.occurredAt ?? null;
  }

  async mark(tx: Tx, ids: readonly bigint[], state: EventState, why: { reason?: string; runId?: string } = {}): Promise<void> {
    if (ids.length === 0) return;
    await tx.event.updateMany({ where: { id: { in: [...ids] } }, data: { state, reason: why.reason ?? null, runId: why.runId ?? null } });
  }

  /** Many, each with what becomes of it, with one statement. */
  async markAll(tx: Tx, marks: readonly MarkedEvent[]): Promise<void> {
    if (marks.length === 0) return;
    await tx.$executeRaw`
      UPDATE event SET state = mark.state, reason = mark.reason, run_id = NULL
      FROM unnest(${marks.map(({ id }) => id)}::bigint[], ${marks.map(({ state }) => state)}::text[], ${marks.map(({ reason }) => reason)}::text[]) AS mark (id, state, reason)
      WHERE event.id = mark.id`;
  }

  /** Those of these events that were set aside for one of these reasons are unread again. Returns how many. */
  async reopen(tx: Tx, ids: readonly bigint[], reasons: readonly string[]): Promise<number> {
    const { count } = await tx.event.updateMany({ where: { id: { in: [...ids] }, state: 'ignored', reason: { in: [...reasons] } }, data: { state: 'received', reason: null } });
    return count;
  }

  private async many(tx: Tx, where: Prisma.EventWhereInput): Promise<StoredEvent[]> {
    const rows = await tx.event.findMany({ where, orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }], include: { envelope: { select: { correlationId: true } } } });
    return rows.map(({ envelope, ...row }) => ({
      ...row,
      author: row.author as Author | null,
      state: row.state as EventState,
      content: row.content as Prisma.JsonObject,
      correlationId: envelope?.correlationId ?? '',
    }));
  }
}
