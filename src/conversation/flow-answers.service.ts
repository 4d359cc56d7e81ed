import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { EventStore, type StoredEvent } from '../inbox/index.js';
import type { Tx } from '../platform/index.js';

/**
 * A flow that hands messages over by a code block is not muted: it may answer the next one by itself, and two answers are one
 * too many. What it has answered, and no block asks us for, is left to it.
 */
@Injectable()
export class FlowAnswers {
  constructor(
    private readonly events: EventStore,
    private readonly log: CorrelationLog,
  ) {}

  /** True: the mail was the flow's, and is set aside. */
  async setAside(tx: Tx, chatId: string, mail: readonly StoredEvent[]): Promise<boolean> {
    const lastAt = new Date(Math.max(...mail.map(({ occurredAt }) => occurredAt.getTime())));
    const [row] = await tx.$queryRaw<{ isFlows: boolean }[]>`
      SELECT EXISTS (SELECT FROM conversation WHERE chat_id = ${chatId}::uuid AND owner_reason = 'code-action')
        AND NOT EXISTS (SELECT FROM code_action WHERE message_event_id = ANY(${mail.map(({ id }) => id)}))
        AND EXISTS (SELECT FROM event WHERE chat_id = ${chatId}::uuid AND kind = 'message' AND author = 'flow' AND occurred_at > ${lastAt}) AS "isFlows"`;
    if (!row?.isFlows) return false;
    await this.events.mark(tx, mail.map(({ id }) => id), 'ignored', { reason: 'answered-meanwhile' });
    await this.log.append(tx, ...mail.map(({ id, correlationId }) => ({ type: 'mail.ignored' as const, chatId, eventId: id, correlationId, reason: 'answered-meanwhile', detail: { owner: 'agent' } })));
    return true;
  }
}
