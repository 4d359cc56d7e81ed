import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { EventStore, type StoredEvent } from '../../inbox/index.js';
import { ParkedMessages } from '../../outbox/index.js';
import type { Tx } from '../../platform/index.js';
import type { Sorted } from '../sorting.js';
import { isConsent } from './consent.js';
import { ReopeningStore } from './reopening.store.js';

/** The customer has written into a chat whose window was closed: what was parked there is said now. */
@Injectable()
export class OpenWindow {
  constructor(
    private readonly parked: ParkedMessages,
    private readonly reopenings: ReopeningStore,
    private readonly events: EventStore,
    private readonly log: CorrelationLog,
  ) {}

  /** Returns the mail that still wants an answer of its own: not a tap, a "sí" or a "hola", which what was parked answers. */
  async answer(tx: Tx, chatId: string, { mail, optChange }: Sorted, correlationId: string): Promise<readonly StoredEvent[]> {
    await this.reopenings.end(tx, chatId);
    if (optChange === 'out') await this.parked.expire(tx, chatId, 'opted-out');
    const runId = (await this.parked.release(tx, chatId)).at(-1);
    if (runId === undefined) return mail;
    await this.log.append(tx, { type: 'window.opened', chatId, runId, correlationId, detail: {} });
    if (!mail.every(({ content }) => isConsent(content))) return mail;
    await this.events.mark(tx, mail.map(({ id }) => id), 'read', { runId });
    await this.log.append(tx, ...mail.map((event) => ({ type: 'mail.answered' as const, chatId, runId, eventId: event.id, correlationId: event.correlationId, detail: {} })));
    return [];
  }
}
