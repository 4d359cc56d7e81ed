import { Injectable, Logger } from '@nestjs/common';
import { AppError, ConversationConfig, Database, Metrics, toAppError } from '../../platform/index.js';
import { BotmakerClient, type ChatState } from '../api/botmaker.client.js';
import { isSet } from '../formats/index.js';
import { ChatProofStore } from './chat-proof.store.js';
import type { ChatProof } from './chat-proof.js';

/** Why a chat is looked at. A turn and a send have a customer who waits, so they wait for a slot; the others come again. */
const patienceMs = { turn: 1000, send: 2000, customer: 500, return: 1000, silence: 1000 } as const;
export type LookMoment = keyof typeof patienceMs;

/** One call's time limit: an answer that comes later is no proof of this moment. */
const timeoutMs = 2000;

/** Looks at who has a chat, and keeps what it saw: three times a second for all replicas together, so mind who asks. */
@Injectable()
export class ChatLooks {
  private readonly logger = new Logger(ChatLooks.name);

  constructor(
    private readonly botmaker: BotmakerClient,
    private readonly proofs: ChatProofStore,
    private readonly database: Database,
    private readonly config: ConversationConfig,
    private readonly metrics: Metrics,
  ) {}

  /**
   * What Botmaker says of the chat now. Null: it did not say in time, there was no slot, or a webhook told something meanwhile;
   * then what the webhooks tell is all there is.
   */
  async look(chatId: string, moment: LookMoment): Promise<ChatProof | null> {
    try {
      const proof = await this.ask(chatId, moment);
      this.metrics.chatLooks.inc({ moment, outcome: proof === null ? 'overtaken' : proof.isKnown ? 'seen' : 'unknown-chat' });
      return proof;
    } catch (thrown) {
      const { kind, code } = toAppError(thrown);
      this.metrics.chatLooks.inc({ moment, outcome: kind === 'rate-limited' ? 'no-slot' : 'failed' });
      this.logger.debug({ err: thrown, code, moment }, 'a chat could not be looked at');
      return null;
    }
  }

  private async ask(chatId: string, moment: LookMoment): Promise<ChatProof | null> {
    const address = await this.proofs.addressOf(chatId);
    if (!address) throw new AppError('not-found', 'botmaker.not-found', 'there is no such chat');
    const askedAt = performance.now();
    const state = await this.botmaker.chat(address, { maxWaitMs: patienceMs[moment], timeoutMs });
    await this.proofs.save(chatId, state, this.isHandedOver(state), performance.now() - askedAt);
    return this.proofs.of(this.database.prisma, chatId);
  }

  private isHandedOver(state: ChatState | null): boolean | null {
    const value = state?.variables[this.config.handoffVariable];
    return typeof value === 'string' || typeof value === 'boolean' ? isSet(String(value)) : null;
  }
}
