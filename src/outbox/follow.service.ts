import { Injectable } from '@nestjs/common';
import type { MessageEvent, StatusEvent } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import { Metrics, type Tx } from '../platform/index.js';
import { messageIdIn, statesBefore, type MessageState } from './message.js';

interface Followed {
  id: string;
  runId: string;
  chatId: string;
  correlationId: string;
}

/** How far back an echo may be of a message that carries none of our ids. */
const textMatchMinutes = 30;

/**
 * Follows what became of our messages, by what Botmaker tells: echoes and statuses. Which of the ids comes back differs
 * between accounts [G], so each is tried: our own payload, the notification id of the answer, and at last the text.
 */
@Injectable()
export class Follow {
  constructor(
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** A message from the bot's side: is it the echo of one of ours? Then it is bound to it, and proves that Botmaker has it. */
  async echo(tx: Tx, chatId: string, event: MessageEvent): Promise<boolean> {
    const found = await this.findByEcho(tx, chatId, event);
    if (!found) return false;
    const { message, by } = found;
    await tx.$executeRaw`
      UPDATE message SET remote_id = coalesce(remote_id, ${event.remoteId}), notification_id = coalesce(notification_id, ${event.txId}),
        confirmed_at = coalesce(confirmed_at, clock_timestamp()), doubt_until = NULL, updated_at = clock_timestamp(),
        state = CASE WHEN state = ANY(${statesBefore('accepted')}) THEN 'accepted' ELSE state END
      WHERE id = ${message.id}::uuid`;
    await this.log.append(tx, { type: 'message.confirmed', ...refs(message), detail: { by } });
    if (event.remoteId) await this.applyEarly(tx, message, event.remoteId);
    return true;
  }

  /** Moves the message forward, only forward. A status that comes before its message is kept until the message is known. */
  async status(tx: Tx, event: StatusEvent, chatId: string | null, at: Date): Promise<void> {
    const message = await this.findByStatus(tx, event, chatId);
    if (message) return this.advance(tx, message, event.status, event.error?.code ?? null, event.remoteId);
    if (!event.remoteId) return;
    const early = { status: event.status, txId: event.txId, code: event.error?.code ?? null, occurredAt: at };
    await tx.earlyStatus.upsert({ where: { remoteId_status: { remoteId: event.remoteId, status: event.status } }, create: { remoteId: event.remoteId, ...early }, update: {} });
  }

  private async findByEcho(tx: Tx, chatId: string, event: MessageEvent): Promise<{ message: Followed; by: string } | null> {
    const ours = messageIdIn(event.clientPayload);
    if (ours) {
      const message = await tx.message.findUnique({ where: { id: ours } });
      if (message) return { message, by: 'payload' };
    }
    const unbound = { chatId, remoteId: null, kind: 'text' };
    if (event.txId) {
      const parts = await tx.message.findMany({ where: { ...unbound, notificationId: event.txId }, orderBy: { part: 'asc' } });
      const message = parts.find(({ text }) => sameText(text, event.content.text)) ?? parts[0];
      if (message) return { message, by: 'notification' };
    }
    const since = new Date(Date.now() - textMatchMinutes * 60_000);
    const states = ['sending', 'accepted', 'sent', 'delivered', 'read', 'unknown'];
    const candidates = await tx.message.findMany({ where: { ...unbound, state: { in: states }, sendingAt: { gte: since } }, orderBy: [{ createdAt: 'asc' }, { part: 'asc' }] });
    const message = candidates.find(({ text }) => sameText(text, event.content.text));
    return message ? { message, by: 'text' } : null;
  }

  private async findByStatus(tx: Tx, event: StatusEvent, chatId: string | null): Promise<Followed | null> {
    const ours = messageIdIn(event.webhookPayload);
    if (ours) return tx.message.findUnique({ where: { id: ours } });
    const byRemote = event.remoteId ? await tx.message.findUnique({ where: { remoteId: event.remoteId } }) : null;
    if (byRemote || !event.txId) return byRemote;
    // One notification id covers all parts of a call: it names a message only when a single one is still without its own id.
    const parts = await tx.message.findMany({ where: { notificationId: event.txId, remoteId: null, ...(chatId ? { chatId } : {}) }, take: 2 });
    return parts.length === 1 ? (parts[0] ?? null) : null;
  }

  private async applyEarly(tx: Tx, message: Followed, remoteId: string): Promise<void> {
    const early = await tx.earlyStatus.findMany({ where: { remoteId }, orderBy: { occurredAt: 'asc' } });
    for (const { status, code } of early) await this.advance(tx, message, status as StatusEvent['status'], code, remoteId);
    if (early.length > 0) await tx.earlyStatus.deleteMany({ where: { remoteId } });
  }

  private async advance(tx: Tx, message: Followed, status: StatusEvent['status'], code: string | null, remoteId: string | null): Promise<void> {
    const state: MessageState = status === 'failed' ? 'dead' : status;
    const reason = status === 'failed' ? `platform.${code ?? 'failed'}` : null;
    const moved = await tx.$executeRaw`
      UPDATE message SET state = ${state}, reason = ${reason}, remote_id = coalesce(remote_id, ${remoteId}), lease_until = NULL, doubt_until = NULL, updated_at = clock_timestamp()
      WHERE id = ${message.id}::uuid AND state = ANY(${statesBefore(state)})`;
    if (moved === 0) return;
    this.metrics.messages.inc({ state });
    await this.log.append(
      tx,
      status === 'failed'
        ? { type: 'message.failed', ...refs(message), reason, detail: { code: code ?? 'unknown' } }
        : { type: `message.${status}`, ...refs(message), detail: {} },
    );
  }
}

const refs = ({ id, runId, chatId, correlationId }: Followed): { messageId: string; runId: string; chatId: string; correlationId: string } => ({ messageId: id, runId, chatId, correlationId });

/** Equal up to Unicode form and white space, which platforms change on the way. */
function sameText(ours: string | null, theirs: string | null): boolean {
  const normal = (text: string | null): string => (text ?? '').normalize('NFC').replace(/\s+/gu, ' ').trim();
  return ours !== null && normal(ours) === normal(theirs);
}
