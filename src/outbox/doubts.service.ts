import { Injectable, Logger } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Database, OutboxConfig, toAppError, wasCalled } from '../platform/index.js';
import { afterLookup, type Sight } from './after-lookup.js';
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

  async settle(queue: ChatQueue, messages: Messages): Promise<void> {
    const look = await this.look(queue, messages);
    const isToldLost = messages.some(({ id, lookups }) => lookups > 0 && sightOf(look, id) === 'absent');
    const rules = { doubtMs: this.config.doubtMs, isEchoBlind: isToldLost && isEchoBlind(await this.echoes.read()) };
    await this.database.inTransaction(async (tx) => {
      for (const message of messages) {
        const { id, runId, correlationId, attempts, outgoing } = message;
        const sighting = isBlind(look) ? undefined : look.seen.get(id);
        const sight = sightOf(look, id);
        await this.log.append(tx, { type: 'delivery.looked-up', chatId: queue.chatId, runId, messageId: id, correlationId, detail: { attempt: attempts, sight } });
        // Worth something only while the message is as it was when it was looked for: of equal texts, one sent since may stand there.
        const seenIds = sighting && (await this.doubts.isAsSeen(tx, message)) ? sighting.remoteIds : [];
        for (const remoteId of seenIds) {
          await this.confirmations.confirmById(tx, id, { by: sighting?.by ?? 'lookup', remoteId, txId: null, text: wordsOf(outgoing) });
        }
        await this.doubts.settle(tx, queue.chatId, message, afterLookup(message, sight, rules));
      }
    });
  }

  /**
   * `failed` and `unasked`: the look proved nothing, least of all that the messages are not there. `unread`: what lies in our own
   * inbox may tell more than Botmaker's list does, and costs none of the few looks that all chats share. It is asked for again
   * after the look, which may have waited for its slot: absent is only what is in neither.
   */
  private async look(queue: ChatQueue, messages: Messages): Promise<Look | BlindLook> {
    const isBehind = (): Promise<boolean> => this.echoes.isInboxBehind(queue.address, Math.min(...messages.map(({ sendingMs }) => sendingMs ?? 0)));
    if (await isBehind()) return 'unread';
    try {
      const look = await this.lookUp.look(queue, messages);
      return look.seen.size < messages.length && (await isBehind()) ? 'unread' : look;
    } catch (thrown) {
      const error = toAppError(thrown);
      const { code } = error;
      this.logger.warn({ err: thrown, code, runId: messages[0].runId }, 'a look for messages in doubt failed: it is tried again');
      return error.kind === 'rate-limited' && !wasCalled(error) ? 'unasked' : 'failed';
    }
  }
}

type BlindLook = Extract<Sight, 'failed' | 'unasked' | 'unread'>;
const isBlind = (look: Look | BlindLook): look is BlindLook => typeof look === 'string';

function sightOf(look: Look | BlindLook, id: string): Sight {
  if (isBlind(look)) return look;
  if (look.seen.has(id)) return 'there';
  return look.unclear.has(id) ? 'failed' : 'absent';
}
