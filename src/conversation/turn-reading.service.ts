import { Injectable } from '@nestjs/common';
import { AgentService, type AgentInput } from '../agent/index.js';
import type { ChatAddress } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import { Database } from '../platform/index.js';
import { ChatRules } from './chat-rules.service.js';
import { ConversationStore } from './conversation.store.js';
import { TurnMail, type MailTurn } from './turn-mail.service.js';
import { TurnStore } from './turn.store.js';

/** A turn in a worker's hands, with the mail that it answers. */
export type OpenTurn = MailTurn;

/**
 * Claims a turn with its mail in one transaction: from here on the mail is this turn's, whoever finishes it. What it says is
 * looked at afterwards, when the try is counted and its lease can be held: mail that breaks its reader does so three times
 * and no more.
 */
@Injectable()
export class TurnReading {
  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationStore,
    private readonly turns: TurnStore,
    private readonly mail: TurnMail,
    private readonly rules: ChatRules,
    private readonly log: CorrelationLog,
    private readonly agent: AgentService,
  ) {}

  /** Null when the turn is not due, is somebody else's, or has nothing to answer any more. */
  async open(runId: string): Promise<OpenTurn | null> {
    return this.database.inTransaction(async (tx) => {
      const chatId = await this.turns.chatOf(tx, runId);
      if (chatId === null) return null;
      // The conversation first, then the turn: the order in which everybody locks the two.
      const conversation = await this.conversations.lock(tx, chatId);
      const turn = await this.turns.claim(tx, runId);
      if (!turn) return null;
      const mail = conversation.owner === 'agent' ? await this.mail.take(tx, turn) : [];
      const refs = { chatId: turn.chatId, runId, correlationId: turn.correlationId };
      if (mail.length === 0) {
        const reason = conversation.owner === 'human' ? 'owned-by-human' : conversation.owner === 'flow' ? 'not-handed-off' : 'no-mail';
        await this.turns.end(tx, turn, { state: 'skipped', reason });
        await this.log.append(tx, { type: 'turn.skipped', ...refs, reason, detail: {} });
        return null;
      }
      if (!turn.isExhausted) await this.log.append(tx, { type: 'turn.started', ...refs, detail: { attempt: turn.attempts, mail: mail.length, model: this.agent.modelName } });
      return { ...turn, mail, conversation, rules: await this.rules.of(tx, chatId) };
    });
  }

  /** Everything the agent needs to know, and where the chat is. */
  async read(turn: OpenTurn): Promise<{ address: ChatAddress; input: AgentInput }> {
    return this.mail.inputOf(this.database.prisma, turn);
  }
}
