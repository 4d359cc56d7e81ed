import { Injectable } from '@nestjs/common';
import { AgentService, type AgentInput } from '../agent/index.js';
import type { ChatAddress } from '../botmaker/index.js';
import { CorrelationLog } from '../correlation/index.js';
import { Database } from '../platform/index.js';
import { ConversationStore } from './conversation.store.js';
import { TurnMail } from './turn-mail.service.js';
import { TurnStore, type ClaimedTurn } from './turn.store.js';

/** A turn in a worker's hands: what it answers and everything the agent needs to know. */
export interface OpenTurn extends ClaimedTurn {
  address: ChatAddress;
  input: AgentInput;
}

/** Claims a turn and reads its mail, in one transaction: from here on the mail is this turn's, whoever finishes it. */
@Injectable()
export class TurnReading {
  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationStore,
    private readonly turns: TurnStore,
    private readonly mail: TurnMail,
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
      await this.log.append(tx, { type: 'turn.started', ...refs, detail: { attempt: turn.attempts, mail: mail.length, model: this.agent.modelName } });
      return { ...turn, ...(await this.mail.inputOf(tx, turn, conversation, mail)) };
    });
  }
}
