import { Injectable, Logger } from '@nestjs/common';
import type { StatusEvent } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import { Jobs, Metrics, type Tx } from '../platform/index.js';
import { afterEcho } from './after-echo.js';
import { statesBefore, type MessageState } from './message.js';
import { deliver } from './outbox.jobs.js';
import { ParkedMessages } from './parked-messages.store.js';
import { isWindowRefusal } from './window.js';

/** One of our messages, locked, because Botmaker has told something of it. */
export interface Followed {
  id: string;
  runId: string;
  chatId: string;
  correlationId: string;
  state: MessageState;
  text: string | null;
  remoteId: string | null;
  isInDoubt: boolean;
  /** The copy that the platform refused: what is told of it is over. */
  refusedRemoteId: string | null;
  /** It was refused, and is kept back since. */
  isParked: boolean;
}

/** What shows that Botmaker has a message; `by` says how we know that it is this one. */
export interface Proof {
  by: 'payload' | 'notification' | 'remote' | 'text' | 'lookup' | 'variables';
  remoteId: string | null;
  txId: string | null;
  text: string | null;
}

/** Writes down what Botmaker knows of our messages: that it has them, under which id, how far they came, and every copy too many. */
@Injectable()
export class Confirmations {
  private readonly logger = new Logger(Confirmations.name);

  constructor(
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
    private readonly jobs: Jobs,
    private readonly parked: ParkedMessages,
  ) {}

  async lock(tx: Tx, id: string): Promise<Followed | null> {
    const [row] = await this.lockAll(tx, [id], []);
    return row ?? null;
  }

  /** By our ids and by Botmaker's; in one order for all, so that nobody waits for who waits for him. */
  lockAll(tx: Tx, ids: readonly string[], remoteIds: readonly string[]): Promise<Followed[]> {
    return tx.$queryRaw<Followed[]>`
      SELECT id, run_id AS "runId", chat_id AS "chatId", correlation_id AS "correlationId", state, text, remote_id AS "remoteId", doubt_until IS NOT NULL AS "isInDoubt", refused_remote_id AS "refusedRemoteId", state = 'held' AND refused_at IS NOT NULL AS "isParked"
      FROM message WHERE id = ANY(${ids}::uuid[]) OR remote_id = ANY(${remoteIds}::text[]) ORDER BY id FOR UPDATE`;
  }

  async confirmById(tx: Tx, id: string, proof: Proof): Promise<void> {
    const message = await this.lock(tx, id);
    if (message) await this.confirm(tx, message, proof);
  }

  /** Botmaker has the message. Settles a doubt, calls off a resend, or finds that the customer has it twice. */
  async confirm(tx: Tx, message: Followed, proof: Proof): Promise<void> {
    if (isOfRefused(message, proof.remoteId)) return;
    if (message.isParked) return this.parked.noteRefusedCopy(tx, message.id, proof.remoteId);
    const { becomes, remoteId, isDuplicate } = afterEcho(message, { ...proof, isKnown: await this.isKnown(tx, message, proof.remoteId) });
    if (isDuplicate && proof.remoteId !== null) return this.countCopy(tx, message, proof.remoteId, proof.by);
    const [told] = await tx.$queryRaw<{ lagMs: number | null; isFirst: boolean }[]>`
      UPDATE message SET notification_id = coalesce(message.notification_id, ${proof.txId}), remote_id = coalesce(message.remote_id, ${remoteId}),
        confirmed_at = coalesce(message.confirmed_at, clock_timestamp()), confirmed_by = coalesce(message.confirmed_by, ${proof.by}),
        state = coalesce(${becomes}, message.state), reason = CASE WHEN ${becomes !== null} THEN NULL ELSE message.reason END,
        lease_until = NULL, doubt_until = NULL, updated_at = clock_timestamp()
      FROM message AS before WHERE before.id = message.id AND message.id = ${message.id}::uuid
      RETURNING before.confirmed_at IS NULL AS "isFirst", CASE WHEN message.resent_at IS NULL AND message.confirmed_by <> 'response' THEN (extract(epoch FROM clock_timestamp() - message.sending_at) * 1000)::float8 END AS "lagMs"`;
    if (told?.isFirst) this.measure(proof.by, told.lagMs);
    await this.settled(tx, message, proof.by === 'lookup' || proof.by === 'variables' ? 'lookup' : 'echo');
    await this.log.append(tx, { type: 'message.confirmed', ...refs(message), detail: { by: proof.by } });
    if (proof.remoteId !== null) await this.applyEarly(tx, message, proof.remoteId);
  }

  /** Moves a message forward, only forward, by what a status says. */
  async advance(tx: Tx, message: Followed, status: StatusEvent['status'], code: string | null, remoteId: string | null): Promise<void> {
    if (isOfRefused(message, remoteId)) return;
    if (status === 'failed' && isWindowRefusal(code) && (await this.parked.refused(tx, message, remoteId))) return this.settled(tx, message, 'echo');
    const state: MessageState = status === 'failed' ? 'dead' : status;
    const reason = status === 'failed' ? `platform.${code ?? 'failed'}` : null;
    const moved = await tx.$executeRaw`
      UPDATE message SET state = ${state}, reason = ${reason}, lease_until = NULL, doubt_until = NULL, updated_at = clock_timestamp()
      WHERE id = ${message.id}::uuid AND state = ANY(${statesBefore(state)})`;
    if (moved === 0) return;
    await this.bind(tx, message, remoteId);
    await this.settled(tx, message, 'echo');
    this.metrics.messages.inc({ state });
    await this.log.append(
      tx,
      status === 'failed'
        ? { type: 'message.failed', ...refs(message), reason, detail: { code: code ?? 'unknown' } }
        : { type: `message.${status}`, ...refs(message), detail: {} },
    );
  }

  private async applyEarly(tx: Tx, message: Followed, remoteId: string): Promise<void> {
    const early = await tx.earlyStatus.findMany({ where: { remoteId }, orderBy: { occurredAt: 'asc' } });
    for (const { status, code } of early) await this.advance(tx, { ...message, isInDoubt: false }, status as StatusEvent['status'], code, remoteId);
    if (early.length > 0) await tx.earlyStatus.deleteMany({ where: { remoteId } });
  }

  /** One remote message stands for one of ours: an id that is taken stays where it is. */
  private async bind(tx: Tx, message: Followed, remoteId: string | null): Promise<void> {
    if (remoteId === null || (await this.isKnown(tx, message, remoteId))) return;
    await tx.$executeRaw`UPDATE message SET remote_id = ${remoteId} WHERE id = ${message.id}::uuid AND remote_id IS NULL`;
  }

  private async isKnown(tx: Tx, message: Followed, remoteId: string | null): Promise<boolean> {
    if (remoteId === null || remoteId === message.remoteId) return true;
    const [row] = await tx.$queryRaw<{ isKnown: boolean }[]>`
      SELECT EXISTS (SELECT FROM message WHERE remote_id = ${remoteId}) OR EXISTS (SELECT FROM message_copy WHERE remote_id = ${remoteId}) AS "isKnown"`;
    return row?.isKnown ?? false;
  }

  /** Never hidden: the customer has the same message twice. */
  private async countCopy(tx: Tx, message: Followed, remoteId: string, by: string): Promise<void> {
    await tx.messageCopy.create({ data: { remoteId, messageId: message.id } });
    this.metrics.duplicatesDetected.inc();
    this.logger.error({ runId: message.runId, messageId: message.id, by }, 'a customer has a message twice');
    await this.log.append(tx, { type: 'message.duplicate-detected', ...refs(message), detail: { by } });
  }

  measure(by: Proof['by'], lagMs: number | null): void {
    this.metrics.confirmations.inc({ by });
    if (by !== 'lookup' && by !== 'variables' && lagMs !== null) this.metrics.echoLag.observe(lagMs / 1000);
  }

  /** A doubt that is over no longer holds up what waits behind it. */
  private async settled(tx: Tx, { isInDoubt, chatId, correlationId }: Followed, by: 'echo' | 'lookup'): Promise<void> {
    if (!isInDoubt) return;
    this.metrics.doubtsResolved.inc({ by });
    await this.jobs.enqueue(tx, deliver, { chatId, correlationId });
  }
}

const isOfRefused = ({ refusedRemoteId }: Followed, remoteId: string | null): boolean => remoteId !== null && remoteId === refusedRemoteId;

const refs = ({ id, runId, chatId, correlationId }: Followed): { messageId: string; runId: string; chatId: string; correlationId: string } => ({ messageId: id, runId, chatId, correlationId });
