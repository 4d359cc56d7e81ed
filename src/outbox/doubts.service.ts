import { Injectable, Logger } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Database, OutboxConfig, toAppError, wasCalled } from '../platform/index.js';
import { afterLookup, pauseAfterLook, type Sight } from './after-lookup.js';
import type { ChatQueue } from './chat-queue.store.js';
import { Confirmations } from './confirmation.service.js';
import { DoubtStore } from './doubt.store.js';
import { isBlind as isEchoBlind } from './echo-sight.js';
import { EchoSightStore } from './echo-sight.store.js';
import { LookUp, type Look } from './look-up.service.js';
import { wordsOf } from './message.js';
import type { Messages } from './next-step.js';

/** Looks for messages that no echo settled in time, and stores what the look leads to. Nothing is locked while it looks. */
@Injectable()
export class Doubts {
  private readonly logger = new Logger(Doubts.name);

  constructor(
    private readonly database: Database,
    private readonly lookUp: LookUp,
    private readonly echoes: EchoSightStore,
    private readonly confirmations: Confirmations,
    private readonly doubts: DoubtStore,
    private readonly log: CorrelationLog,
    private readonly config: OutboxConfig,
  ) {}

  /**
   * False: there was nothing to be seen yet, and nothing is changed. What waits unread in our own inbox may hold the echo that
   * Botmaker's list does not show, so a look that would end the doubt waits for it: absent is what is in neither. A first look
   * decides nothing but what it finds, and does not wait. Others may have had the few looks that all chats share: the doubt
   * lasts as long as that takes.
   */
  async settle(queue: ChatQueue, messages: Messages): Promise<boolean> {
    const isLast = messages.some(({ lookups }) => lookups > 0);
    if (isLast && (await this.isInboxBehind(queue, messages))) return false;
    if (!(await this.doubts.reserve(messages, pauseAfterLook(this.config.doubtMs)))) return false;
    const look = await this.look(queue, messages);
    if (look === 'unasked') return false;
    const sights = messages.map((message) => ({ message, sight: look === 'failed' ? look : sightOf(look, message.id) }));
    // Asked again, because the look may have waited for its slot.
    if (isLast && sights.some(({ sight }) => sight === 'absent') && (await this.isInboxBehind(queue, messages))) return false;
    const isToldLost = sights.some(({ message, sight }) => message.lookups > 0 && sight === 'absent');
    const rules = { doubtMs: this.config.doubtMs, isEchoBlind: isToldLost && isEchoBlind(await this.echoes.read()) };
    await this.database.inTransaction(async (tx) => {
      for (const { message, sight } of sights) {
        const { id, runId, correlationId, attempts, outgoing } = message;
        await this.log.append(tx, { type: 'delivery.looked-up', chatId: queue.chatId, runId, messageId: id, correlationId, detail: { attempt: attempts, sight } });
        const sighting = look === 'failed' ? undefined : look.seen.get(id);
        // Worth something only while the message is as it was when it was looked for: of equal texts, one sent since may stand there.
        const seenIds = sighting && (await this.doubts.isAsSeen(tx, message)) ? sighting.remoteIds : [];
        for (const remoteId of seenIds) {
          await this.confirmations.confirmById(tx, id, { by: sighting?.by ?? 'lookup', remoteId, txId: null, text: wordsOf(outgoing) });
        }
        await this.doubts.settle(tx, queue.chatId, message, afterLookup(message, sight, rules));
      }
    });
    return true;
  }

  private isInboxBehind({ address }: ChatQueue, messages: Messages): Promise<boolean> {
    return this.echoes.isInboxBehind(address, Math.min(...messages.map(({ sendingMs }) => sendingMs ?? 0)));
  }

  /** `failed`: the look proved nothing, least of all that the messages are not there. `unasked`: there was no slot for it. */
  private async look(queue: ChatQueue, messages: Messages): Promise<Look | 'failed' | 'unasked'> {
    try {
      return await this.lookUp.look(queue, messages);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.kind === 'rate-limited' && !wasCalled(error)) return 'unasked';
      this.logger.warn({ err: thrown, code: error.code, runId: messages[0].runId }, 'a look for messages in doubt failed: it is tried again');
      return 'failed';
    }
  }
}

function sightOf(look: Look, id: string): Sight {
  if (look.seen.has(id)) return 'there';
  return look.unclear.has(id) ? 'failed' : 'absent';
}
