import { Injectable } from '@nestjs/common';
import type { MessageEvent } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import type { Tx } from '../platform/index.js';
import { afterEcho } from './after-echo.js';
import { Confirmations, type Followed, type Proof } from './confirmation.service.js';
import { messageIdIn } from './message.js';

/** A message that the customer did not write, in one of our chats; `id` is its event's. */
export interface ToldEcho {
  event: MessageEvent;
  chatId: string;
  id: bigint;
}

interface Match {
  message: Followed;
  by: Extract<Proof['by'], 'payload' | 'remote'>;
}

/**
 * Nearly all echoes name one of our messages that nobody doubts, and nearly all other messages of the bot are said in chats to
 * which we have sent nothing. Those of a whole batch are dealt with together, with a handful of statements, where each alone
 * takes as many. Whatever else an echo may mean is left to be followed alone.
 */
@Injectable()
export class OrdinaryEchoes {
  constructor(
    private readonly confirmations: Confirmations,
    private readonly log: CorrelationLog,
  ) {}

  /** `ours` are confirmed; `left` are to be followed alone, in their order; the rest is the flow's own. */
  async confirm(tx: Tx, told: readonly ToldEcho[]): Promise<{ ours: ToldEcho[]; left: ToldEcho[] }> {
    const match = await this.matches(tx, told);
    const unnamed = told.filter(({ event }) => !match(event));
    const ourChats = await this.withMessages(tx, unnamed.map(({ chatId }) => chatId));
    const { isTaken, isEarly } = await this.known(tx, told);
    const times = countOf(told.map(({ event }) => match(event)?.message.id));
    const isOrdinary = (event: MessageEvent, { message }: Match): boolean =>
      times.get(message.id) === 1 && !message.isInDoubt && !message.isParked && message.refusedRemoteId === null &&
      (event.remoteId === null || (!isEarly(event.remoteId) && (event.remoteId === message.remoteId || (message.remoteId === null && !isTaken(event.remoteId)))));
    const ours = told.filter(({ event }) => {
      const found = match(event);
      return found !== null && isOrdinary(event, found);
    });
    await this.save(tx, ours.flatMap(({ event }) => {
      const found = match(event);
      return found ? [{ ...found, event }] : [];
    }));
    return { ours, left: told.filter((one) => !ours.includes(one) && (match(one.event) !== null || ourChats.has(one.chatId))) };
  }

  /** By our payload, else by Botmaker's id; locked. */
  private async matches(tx: Tx, told: readonly ToldEcho[]): Promise<(event: MessageEvent) => Match | null> {
    const messages = await this.confirmations.lockAll(tx, told.flatMap(({ event }) => messageIdIn(event.clientPayload) ?? []), told.flatMap(({ event }) => event.remoteId ?? []));
    const byId = new Map(messages.map((message) => [message.id, message]));
    const byRemote = new Map(messages.map((message) => [message.remoteId, message]));
    return ({ clientPayload, remoteId }) => {
      const named = byId.get(messageIdIn(clientPayload) ?? '');
      if (named) return { message: named, by: 'payload' };
      const known = remoteId === null ? undefined : byRemote.get(remoteId);
      return known ? { message: known, by: 'remote' } : null;
    };
  }

  private async withMessages(tx: Tx, chatIds: readonly string[]): Promise<Set<string>> {
    if (chatIds.length === 0) return new Set();
    const rows = await tx.$queryRaw<{ id: string }[]>`SELECT chat.id FROM unnest(${[...new Set(chatIds)]}::uuid[]) AS chat (id) WHERE EXISTS (SELECT FROM message WHERE message.chat_id = chat.id)`;
    return new Set(rows.map(({ id }) => id));
  }

  /** Taken: an id that stands for another message or copy, or was told twice in this batch. Early: a status of it came before. */
  private async known(tx: Tx, told: readonly ToldEcho[]): Promise<Record<'isTaken' | 'isEarly', (remoteId: string) => boolean>> {
    const ids = told.flatMap(({ event }) => event.remoteId ?? []);
    const rows = await tx.$queryRaw<{ id: string; isTaken: boolean; isEarly: boolean }[]>`
      SELECT told.id, EXISTS (SELECT FROM message WHERE remote_id = told.id) OR EXISTS (SELECT FROM message_copy WHERE remote_id = told.id) AS "isTaken",
        EXISTS (SELECT FROM early_status WHERE remote_id = told.id) AS "isEarly"
      FROM unnest(${ids}::text[]) AS told (id)`;
    const [byId, times] = [new Map(rows.map((row) => [row.id, row])), countOf(ids)];
    return { isTaken: (id) => byId.get(id)?.isTaken === true || times.get(id) !== 1, isEarly: (id) => byId.get(id)?.isEarly === true };
  }

  private async save(tx: Tx, echoes: readonly (Match & { event: MessageEvent })[]): Promise<void> {
    if (echoes.length === 0) return;
    const rows = echoes.map(({ message, by, event }) => {
      const { becomes, remoteId } = afterEcho(message, { remoteId: event.remoteId, text: null, isKnown: event.remoteId === message.remoteId });
      return { id: message.id, by, txId: event.txId, remoteId, becomes };
    });
    const told = await tx.$queryRaw<{ by: Proof['by']; lagMs: number | null; isFirst: boolean }[]>`
      UPDATE message SET notification_id = coalesce(message.notification_id, echo."txId"), remote_id = coalesce(message.remote_id, echo."remoteId"),
        confirmed_at = coalesce(message.confirmed_at, clock_timestamp()), confirmed_by = coalesce(message.confirmed_by, echo.by),
        state = coalesce(echo.becomes, message.state), reason = CASE WHEN echo.becomes IS NULL THEN message.reason END, lease_until = NULL, updated_at = clock_timestamp()
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS echo (id uuid, by text, "txId" text, "remoteId" text, becomes text) JOIN message AS before ON before.id = echo.id
      WHERE message.id = echo.id
      RETURNING echo.by, before.confirmed_at IS NULL AS "isFirst", CASE WHEN message.resent_at IS NULL AND message.confirmed_by <> 'response' THEN (extract(epoch FROM clock_timestamp() - message.sending_at) * 1000)::float8 END AS "lagMs"`;
    for (const { by, lagMs, isFirst } of told) if (isFirst) this.confirmations.measure(by, lagMs);
    await this.log.append(tx, ...echoes.map(({ message: { id, runId, chatId, correlationId }, by }) => ({ type: 'message.confirmed' as const, messageId: id, runId, chatId, correlationId, detail: { by } })));
  }
}

function countOf(names: readonly (string | undefined)[]): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
