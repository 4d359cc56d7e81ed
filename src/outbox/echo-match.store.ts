import { Injectable } from '@nestjs/common';
import type { MessageEvent, StatusEvent } from '../botmaker/index.js';
import type { Tx } from '../platform/index.js';
import type { Proof } from './confirmation.service.js';
import { messageIdIn } from './message.js';
import { isSameText } from './same-text.js';

/** How far back an echo may be of a message that carries none of our ids. */
const textMatchMinutes = 30;

/**
 * Which of our messages Botmaker tells of. Which of the ids comes back differs between accounts [G], so each is tried: our
 * own payload, the message's id, the notification id of the answer, and at last the text.
 */
@Injectable()
export class EchoMatchStore {
  /**
   * Echoes of API messages come as the bot's [G]; should an account call them an operator's, our ids tell, but equal words do
   * not: an operator may well repeat what we said.
   */
  async ofEcho(tx: Tx, chatId: string, event: MessageEvent): Promise<{ id: string; by: Proof['by'] } | null> {
    const ours = messageIdIn(event.clientPayload);
    const byPayload = ours && (await tx.message.findUnique({ where: { id: ours }, select: { id: true } }));
    if (byPayload) return { id: byPayload.id, by: 'payload' };
    const byRemote = event.remoteId && (await tx.message.findUnique({ where: { remoteId: event.remoteId }, select: { id: true } }));
    if (byRemote) return { id: byRemote.id, by: 'remote' };
    const ids = idsOf(event);
    if (ids.length > 0) {
      const parts = await tx.message.findMany({ where: { chatId, kind: 'text', notificationId: { in: ids } }, orderBy: { part: 'asc' }, select: { id: true, text: true, remoteId: true } });
      const unbound = parts.filter(({ remoteId }) => remoteId === null);
      const isEchoed = ({ text }: { text: string | null }): boolean => isSameText(text, event.content.text);
      const part = unbound.find(isEchoed) ?? unbound[0] ?? parts.find(isEchoed);
      if (part) return { id: part.id, by: 'notification' };
    }
    if (event.author === 'operator') return null;
    const id = await this.byText(tx, chatId, event);
    return id === null ? null : { id, by: 'text' };
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

  /**
   * The first message with these words that Botmaker may have and that no id is known of; or one that was sent twice, whose
   * second copy this then is. Of what was never sent, or surely failed, nothing can be told.
   */
  private async byText(tx: Tx, chatId: string, { content, occurredAt }: MessageEvent): Promise<string | null> {
    const candidates = await tx.$queryRaw<{ id: string; text: string; isBound: boolean }[]>`
      SELECT id, text, remote_id IS NOT NULL AS "isBound" FROM message
      WHERE chat_id = ${chatId}::uuid AND kind = 'text' AND sending_at > least(clock_timestamp(), ${occurredAt}::timestamptz) - make_interval(mins => ${textMatchMinutes})
        AND (remote_id IS NULL AND (state IN ('sending', 'accepted', 'sent', 'delivered', 'read', 'unknown') OR (state <> 'dead' AND doubted_at IS NOT NULL)) OR resent_at IS NOT NULL)
      ORDER BY created_at, part`;
    const same = candidates.filter((candidate) => isSameText(candidate.text, content.text));
    return (same.find(({ isBound }) => !isBound) ?? same[0])?.id ?? null;
  }
}

/** The ids of a call that an event may carry: the documented one, and the message's own where an account answers with that [1]. */
const idsOf = ({ txId, remoteId }: { txId: string | null; remoteId: string | null }): string[] => [txId, remoteId].filter((id) => id !== null);
