import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RemoteChat, RemoteMessage } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import { EnvelopeStore, readEnvelopes } from '../inbox/index.js';
import { Database, Jobs, Metrics } from '../platform/index.js';
import { webhookBodyOf } from './webhook-body.js';

/** What the sweep knows and stores. */
@Injectable()
export class SweepFinds {
  constructor(
    private readonly database: Database,
    private readonly envelopes: EnvelopeStore,
    private readonly jobs: Jobs,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** When the customer of a chat wrote last, as far as we know. */
  async lastKnown(botmakerChatId: string): Promise<Date | null> {
    const event = await this.database.prisma.event.findFirst({
      where: { chat: { botmakerChatId }, author: 'customer' },
      orderBy: { occurredAt: 'desc' },
      select: { occurredAt: true },
    });
    return event?.occurredAt ?? null;
  }

  /** Puts what is really new into the inbox. Returns how many that are. */
  async store(chat: RemoteChat, messages: readonly RemoteMessage[]): Promise<number> {
    const known = await this.database.prisma.event.findMany({ where: { remoteId: { in: messages.map(({ id }) => id) } }, select: { remoteId: true } });
    const knownIds = new Set(known.map(({ remoteId }) => remoteId));
    const missed = messages.filter(({ id }) => !knownIds.has(id));
    if (missed.length === 0) return 0;
    const correlationId = randomUUID();
    await this.database.inTransaction(async (tx) => {
      await this.envelopes.acceptIn(tx, { door: 'sweep', body: webhookBodyOf(chat, missed), correlationId });
      await this.jobs.enqueue(tx, readEnvelopes, { correlationId });
      const row = await tx.chat.findUnique({ where: { botmakerChatId: chat.address.chatId ?? '' }, select: { id: true } });
      await this.log.append(tx, { type: 'sweep.found', chatId: row?.id ?? null, correlationId, detail: { count: missed.length } });
    });
    this.metrics.sweepFinds.inc(missed.length);
    return missed.length;
  }
}
