import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ChatLooks } from '../../botmaker/index.js';
import { CorrelationLog } from '../../correlation/index.js';
import { Outbox } from '../../outbox/index.js';
import { Database, Metrics, type ChannelRules, type Tx } from '../../platform/index.js';
import { ChatRules } from '../chat-rules.service.js';
import { ProofWeighing } from '../ownership/proof-weighing.service.js';
import { GiveBack } from '../returns/give-back.service.js';
import { TurnStore } from '../turn.store.js';
import { stepIn, type InactivityStep } from './inactivity.js';
import { InactiveChatStore } from './inactive-chat.store.js';

type Inactivity = ChannelRules['ends']['inactivity'];

/**
 * Acts upon chats of the agent whose customer has gone quiet. What is done is decided under the conversation's lock, by what is
 * known then: a customer who has written meanwhile has the chat as it was.
 */
@Injectable()
export class InactiveChats {
  constructor(
    private readonly database: Database,
    private readonly store: InactiveChatStore,
    private readonly rules: ChatRules,
    private readonly looks: ChatLooks,
    private readonly weighing: ProofWeighing,
    private readonly giveBack: GiveBack,
    private readonly turns: TurnStore,
    private readonly outbox: Outbox,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** Looks at one that is due and has been quiet for `leastMs`. What there was to do in it; null: none is due. */
  async lookAtNext(leastMs: number): Promise<InactivityStep['do'] | null> {
    const chatId = await this.store.claim(leastMs);
    if (chatId === null) return null;
    const rules = await this.inactivityOf(chatId);
    const chat = await this.store.facts(this.database.prisma, chatId);
    const step = chat && stepIn(chat, rules);
    if (step?.do === 'wait') await this.store.postpone(this.database.prisma, chatId, step.inMs);
    if (!step || step.do === 'wait') return 'wait';
    // A person who has taken the chat and not written yet must not lose it.
    await this.looks.look(chatId, 'silence');
    await this.database.inTransaction((tx) => this.act(tx, chatId, rules));
    return step.do;
  }

  private async act(tx: Tx, chatId: string, rules: Inactivity): Promise<void> {
    const correlationId = randomUUID();
    await this.weighing.weigh(tx, chatId, correlationId);
    const chat = await this.store.facts(tx, chatId);
    if (!chat) return;
    const step = stepIn(chat, rules);
    switch (step.do) {
      case 'wait':
        return this.store.postpone(tx, chatId, step.inMs);
      case 'warn':
        await this.warn(tx, chatId, rules.warnText, correlationId);
        break;
      case 'return':
        await this.giveBack.begin(tx, chatId, { from: 'agent', reason: 'inactive', correlationId });
    }
    this.metrics.inactiveChats.inc({ act: step.do });
  }

  /** A run of its own: the warning is no answer, and becomes none. */
  private async warn(tx: Tx, chatId: string, text: string, correlationId: string): Promise<void> {
    const refs = { chatId, correlationId, runId: await this.turns.skipped(tx, chatId, { correlationId, firstMailAt: new Date() }, 'inactive') };
    await this.log.append(tx, { type: 'turn.skipped', ...refs, reason: 'inactive', detail: {} });
    await this.outbox.queue(tx, refs, [{ kind: 'text', text }]);
    await this.store.postpone(tx, chatId, 0);
  }

  /** A chat that can't go back to the flow goes nowhere. */
  private async inactivityOf(chatId: string): Promise<Inactivity> {
    const { returnIntent, ends } = await this.rules.of(this.database.prisma, chatId);
    return returnIntent === null ? { ...ends.inactivity, warnAfterMs: null, returnAfterMs: null } : ends.inactivity;
  }
}
