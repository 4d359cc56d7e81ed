import { Injectable } from '@nestjs/common';
import type { MessageEvent, StatusEvent } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import { Jobs, Metrics, type Tx } from '../platform/index.js';
import { messageIdIn, statesBefore, type MessageState } from './message.js';
import { deliver } from './outbox.jobs.js';

interface Followed {
  id: string;
  runId: string;
  chatId: string;
  correlationId: string;
  doubtUntil: Date | null;
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
    private readonly jobs: Jobs,
  ) {}

  /**
   * A message that the customer did not write: is it the echo of one of ours? Then it is bound to it, and proves that Botmaker
   * has it. Echoes of API messages come as the bot's [G]; should an account call them an operator's, our ids tell, but equal
   * words do not: an operator may well repeat what we said.
   */
  async echo(tx: Tx, chatId: string, event: MessageEvent): Promise<boolean> {
    const found = await this.findByEcho(tx, chatId, event);
    if (!found) return false;
    const { message, by } = found;
    await tx.$executeRaw`
      UPDATE message SET notification_id = coalesce(notification_id, ${event.txId}),
        confirmed_at = coalesce(confirmed_at, clock_timestamp()), doubt_until = NULL, updated_at = clock_timestamp(),
        reason = CASE WHEN state = ANY(${statesBefore('accepted')}) THEN NULL ELSE reason END,
        state = CASE WHEN state = ANY(${statesBefore('accepted')}) THEN 'accepted' ELSE state END
      WHERE id = ${message.id}::uuid`;
    await this.bind(tx, message, event.remoteId);
    await this.wakeChat(tx, message);
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

  /**
   * The send's own answer gave the call its id. Statuses that came before it can be told apart now: by that id when the call
   * held one message, or because some accounts answer with the id of the first message [1].
   */
  async accepted(tx: Tx, messageIds: readonly string[], notificationId: string): Promise<void> {
    const byCall = messageIds.length === 1 ? [{ txId: notificationId }] : [];
    const early = await tx.earlyStatus.findMany({ where: { OR: [{ remoteId: notificationId }, ...byCall] }, orderBy: { occurredAt: 'asc' } });
    const message = early.length > 0 ? await tx.message.findUnique({ where: { id: messageIds[0] ?? '' } }) : null;
    if (!message) return;
    for (const { status, code, remoteId } of early) await this.advance(tx, message, status as StatusEvent['status'], code, remoteId);
    await tx.earlyStatus.deleteMany({ where: { remoteId: { in: early.map(({ remoteId }) => remoteId) } } });
  }

  private async findByEcho(tx: Tx, chatId: string, event: MessageEvent): Promise<{ message: Followed; by: string } | null> {
    const ours = messageIdIn(event.clientPayload);
    if (ours) {
      const message = await tx.message.findUnique({ where: { id: ours } });
      if (message) return { message, by: 'payload' };
    }
    const bound = event.remoteId ? await tx.message.findUnique({ where: { remoteId: event.remoteId } }) : null;
    if (bound) return { message: bound, by: 'remote' };
    const unbound = { chatId, remoteId: null, kind: 'text' };
    const ids = idsOf(event);
    if (ids.length > 0) {
      const parts = await tx.message.findMany({ where: { ...unbound, notificationId: { in: ids } }, orderBy: { part: 'asc' } });
      const message = parts.find(({ text }) => sameText(text, event.content.text)) ?? parts[0];
      if (message) return { message, by: 'notification' };
    }
    if (event.author === 'operator') return null;
    const since = new Date(Math.min(Date.now(), event.occurredAt?.getTime() ?? Infinity) - textMatchMinutes * 60_000);
    const states = ['sending', 'accepted', 'sent', 'delivered', 'read', 'unknown'];
    const candidates = await tx.message.findMany({ where: { ...unbound, state: { in: states }, sendingAt: { gte: since } }, orderBy: [{ createdAt: 'asc' }, { part: 'asc' }] });
    const message = candidates.find(({ text }) => sameText(text, event.content.text));
    return message ? { message, by: 'text' } : null;
  }

  private async findByStatus(tx: Tx, event: StatusEvent, chatId: string | null): Promise<Followed | null> {
    const ours = messageIdIn(event.webhookPayload);
    if (ours) return tx.message.findUnique({ where: { id: ours } });
    const byRemote = event.remoteId ? await tx.message.findUnique({ where: { remoteId: event.remoteId } }) : null;
    if (byRemote) return byRemote;
    const [first, ...more] = await tx.message.findMany({ where: { notificationId: { in: idsOf(event) }, remoteId: null, ...(chatId ? { chatId } : {}) }, orderBy: { part: 'asc' } });
    // One notification id covers all parts of a call: it names a message only when a single one is still without its own
    // id, or when it is the id of the first message, as some accounts answer [1].
    return first && (more.length === 0 || first.notificationId === event.remoteId) ? first : null;
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
      UPDATE message SET state = ${state}, reason = ${reason}, lease_until = NULL, doubt_until = NULL, updated_at = clock_timestamp()
      WHERE id = ${message.id}::uuid AND state = ANY(${statesBefore(state)})`;
    if (moved === 0) return;
    await this.bind(tx, message, remoteId);
    await this.wakeChat(tx, message);
    this.metrics.messages.inc({ state });
    await this.log.append(
      tx,
      status === 'failed'
        ? { type: 'message.failed', ...refs(message), reason, detail: { code: code ?? 'unknown' } }
        : { type: `message.${status}`, ...refs(message), detail: {} },
    );
  }

  /** One remote message stands for one of ours: an id that is taken stays where it is. */
  private async bind(tx: Tx, message: Followed, remoteId: string | null): Promise<void> {
    if (remoteId === null) return;
    await tx.$executeRaw`
      UPDATE message SET remote_id = ${remoteId}
      WHERE id = ${message.id}::uuid AND remote_id IS NULL AND NOT EXISTS (SELECT FROM message AS other WHERE other.remote_id = ${remoteId})`;
  }

  /** A doubt that is settled no longer holds up what waits behind it. */
  private async wakeChat(tx: Tx, { doubtUntil, chatId, correlationId }: Followed): Promise<void> {
    if (doubtUntil !== null) await this.jobs.enqueue(tx, deliver, { chatId, correlationId });
  }
}

/** The ids of a call that an event may carry: the documented one, and the message's own where an account answers with that [1]. */
const idsOf = ({ txId, remoteId }: { txId: string | null; remoteId: string | null }): string[] => [txId, remoteId].filter((id) => id !== null);

const refs = ({ id, runId, chatId, correlationId }: Followed): { messageId: string; runId: string; chatId: string; correlationId: string } => ({ messageId: id, runId, chatId, correlationId });

/** Equal up to Unicode form and white space, which platforms change on the way. */
function sameText(ours: string | null, theirs: string | null): boolean {
  const normal = (text: string | null): string => (text ?? '').normalize('NFC').replace(/\s+/gu, ' ').trim();
  return ours !== null && normal(ours) === normal(theirs);
}
