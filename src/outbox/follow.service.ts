import { Injectable } from '@nestjs/common';
import type { MessageEvent, StatusEvent } from '../botmaker/index.js';
import type { Tx } from '../platform/index.js';
import { Confirmations } from './confirmation.service.js';
import { EarlyStatuses } from './early-statuses.store.js';
import { EchoMatchStore } from './echo-match.store.js';
import { OrdinaryEchoes, type ToldEcho } from './ordinary-echoes.store.js';
import { OrdinaryStatuses, type ToldStatus } from './ordinary-statuses.store.js';
import { saidBy } from './same-text.js';

/** Follows what became of our messages, by what Botmaker tells: echoes and statuses. */
@Injectable()
export class Follow {
  constructor(
    private readonly matches: EchoMatchStore,
    private readonly confirmations: Confirmations,
    private readonly ordinaryEchoes: OrdinaryEchoes,
    private readonly ordinaryStatuses: OrdinaryStatuses,
    private readonly earlyStatuses: EarlyStatuses,
  ) {}

  /**
   * Messages that the customer did not write: which are echoes of ours? Those are bound to them, and prove that Botmaker has them.
   * Returns them.
   */
  async echoes(tx: Tx, told: readonly ToldEcho[]): Promise<ToldEcho[]> {
    if (told.length === 0) return [];
    const { ours, left } = await this.ordinaryEchoes.confirm(tx, told);
    for (const one of left) if (await this.echo(tx, one.chatId, one.event)) ours.push(one);
    return ours;
  }

  private async echo(tx: Tx, chatId: string, event: MessageEvent): Promise<boolean> {
    const found = await this.matches.ofEcho(tx, chatId, event);
    if (!found) return false;
    await this.confirmations.confirmById(tx, found.id, { by: found.by, remoteId: event.remoteId, txId: event.txId, text: saidBy(event.content) });
    return true;
  }

  /** Moves messages forward, only forward, by what many statuses say. */
  async statuses(tx: Tx, told: readonly ToldStatus[]): Promise<void> {
    if (told.length === 0) return;
    const left = await this.ordinaryStatuses.advance(tx, told);
    for (const status of await this.earlyStatuses.keep(tx, left)) await this.status(tx, status);
  }

  /** A status that comes before its message is kept until the message is known. */
  private async status(tx: Tx, { event, chatId, at }: ToldStatus): Promise<void> {
    const id = await this.matches.ofStatus(tx, event, chatId);
    const message = id === null ? null : await this.confirmations.lock(tx, id);
    if (message) return this.confirmations.advance(tx, message, event.status, event.error?.code ?? null, event.remoteId);
    await this.earlyStatuses.save(tx, [{ event, chatId, at }]);
  }

  /**
   * The send's own answer gave the call its id. Statuses that came before it can be told apart now: by that id when the call
   * held one message, or because some accounts answer with the id of the first message [1].
   */
  async accepted(tx: Tx, messageIds: readonly string[], notificationId: string): Promise<void> {
    const byCall = messageIds.length === 1 ? [{ txId: notificationId }] : [];
    const early = await tx.earlyStatus.findMany({ where: { OR: [{ remoteId: notificationId }, ...byCall] }, orderBy: { occurredAt: 'asc' } });
    const message = early.length > 0 ? await this.confirmations.lock(tx, messageIds[0] ?? '') : null;
    if (!message) return;
    for (const { status, code, remoteId } of early) await this.confirmations.advance(tx, message, status as StatusEvent['status'], code, remoteId);
    await tx.earlyStatus.deleteMany({ where: { remoteId: { in: early.map(({ remoteId }) => remoteId) } } });
  }
}
