import { Injectable } from '@nestjs/common';
import type { MessageEvent, StatusEvent } from '../botmaker/index.js';
import type { Tx } from '../platform/index.js';
import type { Proof } from './confirmation.service.js';
import { matchEcho, type EchoCandidate } from './match-echo.js';
import { messageIdIn } from './message.js';
import { saidBy } from './same-text.js';

/** How far back an echo may be of a message that carries none of our ids. */
const textMatchMinutes = 30;

/**
 * Which of our messages Botmaker tells of. Which of the ids comes back differs between accounts [G], so each is tried: our
 * own payload, the message's id, the notification id of the answer, and at last the words.
 */
@Injectable()
export class EchoMatchStore {
  /**
   * Echoes of API messages come as the bot's [G]; should an account call them an operator's, our ids tell, but equal words do
   * not. Where no id names the message itself, `match-echo.ts` says which it is.
   */
  async ofEcho(tx: Tx, chatId: string, event: MessageEvent): Promise<{ id: string; by: Proof['by'] } | null> {
    const ours = messageIdIn(event.clientPayload);
    const byPayload = ours && (await tx.message.findUnique({ where: { id: ours }, select: { id: true } }));
    if (byPayload) return { id: byPayload.id, by: 'payload' };
    const byRemote = event.remoteId && (await tx.message.findUnique({ where: { remoteId: event.remoteId }, select: { id: true } }));
    if (byRemote) return { id: byRemote.id, by: 'remote' };
    return matchEcho(await this.sentTexts(tx, chatId, event), { callIds: idsOf(event), namesCall: event.txId !== null, text: saidBy(event.content), isOperators: event.author === 'operator' });
  }

  async ofStatus(tx: Tx, event: StatusEvent, chatId: string | null): Promise<string | null> {
    const ours = messageIdIn(event.webhookPayload);
    if (ours) return (await tx.message.findUnique({ where: { id: ours }, select: { id: true } }))?.id ?? null;
    const byRemote = event.remoteId ? await tx.message.findUnique({ where: { remoteId: event.remoteId }, select: { id: true } }) : null;
    if (byRemote) return byRemote.id;
    const [first, ...more] = await tx.message.findMany({
      where: { notificationId: { in: idsOf(event) }, remoteId: null, ...(chatId ? { chatId } : {}) },
      orderBy: { part: 'asc' },
      select: { id: true, notificationId: true },
    });
    // One notification id covers all parts of a call: it names a message only when a single one is still without its own
    // id, or when it is the id of the first message, as some accounts answer [1].
    return first && (more.length === 0 || first.notificationId === event.remoteId) ? first.id : null;
  }

  /** What of ours the echo may be of: those of the call that it names, and what was sent lately, seen from when it was said. */
  private sentTexts(tx: Tx, chatId: string, event: MessageEvent): Promise<EchoCandidate[]> {
    return tx.$queryRaw<EchoCandidate[]>`
      SELECT id, text, state, remote_id AS "remoteId", notification_id AS "notificationId", doubted_at IS NOT NULL AS "wasInDoubt", resent_at IS NOT NULL AS "wasResent"
      FROM message
      WHERE chat_id = ${chatId}::uuid AND kind <> 'intent'
        AND (notification_id = ANY(${idsOf(event)}) OR sending_at > least(clock_timestamp(), ${event.occurredAt}::timestamptz) - make_interval(mins => ${textMatchMinutes}))
      ORDER BY created_at, part`;
  }
}

/** The ids of a call that an event may carry: the documented one, and the message's own where an account answers with that [1]. */
const idsOf = ({ txId, remoteId }: { txId: string | null; remoteId: string | null }): string[] => [txId, remoteId].filter((id) => id !== null);
