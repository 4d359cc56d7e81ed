import { Injectable } from '@nestjs/common';
import { Outbox } from '../../outbox/index.js';
import { ConversationConfig, type Tx } from '../../platform/index.js';
import { ChatRules } from '../chat-rules.service.js';
import { ConversationStore } from '../conversation.store.js';
import { repliesTo } from '../replies.js';
import type { Owner } from '../sorting.js';
import { ReturnStore } from './return.store.js';

/** Gives a chat back outside any turn: nobody else has it, and it is not ours to answer (any more). */
@Injectable()
export class GiveBack {
  constructor(
    private readonly conversations: ConversationStore,
    private readonly returns: ReturnStore,
    private readonly outbox: Outbox,
    private readonly rules: ChatRules,
    private readonly config: ConversationConfig,
  ) {}

  /**
   * To the flow, or without a return intent to people; without either it is the agent's, so that it is somebody's. `says` is read
   * by the customer first. The caller holds the conversation. Returns who has the chat now.
   */
  async begin(tx: Tx, chatId: string, { from, reason, correlationId, says = null }: { from: Owner; reason: string; correlationId: string; says?: string | null }): Promise<Owner> {
    const { returnIntent, humanIntent } = await this.rules.of(tx, chatId);
    const rules = { handoffVariable: this.config.handoffVariable, returnIntent, humanIntent };
    const to = { why: reason, parts: says === null ? [] : [says] };
    const replies = repliesTo(returnIntent === null && humanIntent !== null ? { kind: 'to-human', ...to } : { kind: 'to-flow', intent: null, ...to }, rules);
    const runId = await this.returns.runOf(tx, chatId, correlationId);
    await this.outbox.queue(tx, { runId, chatId, correlationId }, replies.outgoing);
    if (replies.owner !== from) await this.conversations.changeOwner(tx, chatId, { from, to: replies.owner, reason }, { correlationId, runId });
    else if (replies.owner === 'flow') await this.returns.begin(tx, chatId, runId, correlationId);
    return replies.owner;
  }
}
