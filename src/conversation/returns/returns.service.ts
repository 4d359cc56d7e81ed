import { Injectable, Logger } from '@nestjs/common';
import { ChatLooks } from '../../botmaker/index.js';
import { CorrelationLog } from '../../correlation/index.js';
import { Outbox, type Outgoing } from '../../outbox/index.js';
import { ConversationConfig, Database, Metrics, OwnershipConfig, type Tx } from '../../platform/index.js';
import { ChatRules } from '../chat-rules.service.js';
import { ConversationStore } from '../conversation.store.js';
import { UnansweredMail } from '../ownership/unanswered-mail.service.js';
import { afterLook, sightOf, type ReturnStep } from './return.js';
import { ReturnStore, type ClaimedReturn } from './return.store.js';

/** Sees to it that the flow has the chats that we gave back to it. Nothing is locked while Botmaker is asked. */
@Injectable()
export class Returns {
  private readonly logger = new Logger(Returns.name);

  constructor(
    private readonly database: Database,
    private readonly returns: ReturnStore,
    private readonly looks: ChatLooks,
    private readonly conversations: ConversationStore,
    private readonly outbox: Outbox,
    private readonly unanswered: UnansweredMail,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
    private readonly rules: ChatRules,
    private readonly conversation: ConversationConfig,
    private readonly config: OwnershipConfig,
  ) {}

  /** Looks at one return that is due. False: none is. */
  async checkNext(): Promise<boolean> {
    const claimed = await this.returns.claim();
    if (claimed === null) return false;
    const step = await this.next(claimed);
    await this.database.inTransaction((tx) => this.take(tx, claimed, step));
    return true;
  }

  private async next(claimed: ClaimedReturn): Promise<ReturnStep> {
    const { owner, isSending, chatId } = claimed;
    if (owner !== 'flow') return { do: 'over' };
    // What is not out can't have had its effect; how long that may take is the outbox's business.
    if (isSending) return { do: 'look-again', inMs: this.config.returnCheckMs, isCounted: false };
    return afterLook(claimed, sightOf(await this.looks.look(chatId, 'return')), this.config.returnCheckMs);
  }

  private async take(tx: Tx, claimed: ClaimedReturn, step: ReturnStep): Promise<void> {
    const { chatId, runId, correlationId, triggers, looks } = claimed;
    const { owner } = await this.conversations.lock(tx, chatId);
    const refs = { chatId, runId, correlationId };
    if (step.do === 'over' || owner !== 'flow') return void (await this.returns.end(tx, claimed));
    switch (step.do) {
      case 'verified':
        if (!(await this.returns.end(tx, claimed))) return;
        this.metrics.returns.inc({ outcome: 'verified' });
        return this.log.append(tx, { type: 'chat.return-verified', ...refs, detail: { triggers } });
      case 'look-again':
        return void (await this.returns.postpone(tx, claimed, step.inMs, { triggers, looks: looks + (step.isCounted ? 1 : 0) }));
      case 'run-again':
        if (!(await this.returns.postpone(tx, claimed, step.inMs, { triggers: triggers + 1, looks: 0 }))) return;
        this.metrics.returns.inc({ outcome: 'repeated' });
        await this.log.append(tx, { type: 'chat.return-repeated', ...refs, detail: { triggers } });
        return void (await this.outbox.queue(tx, refs, this.intent((await this.rules.of(tx, chatId)).returnIntent)));
      case 'fail':
        if (!(await this.returns.fail(tx, claimed))) return;
        this.metrics.returns.inc({ outcome: step.isSeen ? 'failed' : 'unseen' });
        this.logger.error({ runId, triggers, isSeen: step.isSeen }, 'the flow has not taken a chat back');
        await this.log.append(tx, { type: 'chat.return-failed', ...refs, reason: 'return-failed', detail: { triggers, isSeen: step.isSeen } });
        if (step.isSeen) await this.escalate(tx, refs);
    }
  }

  /** To the queue of people; without one the chat is ours, because a chat that nobody holds is silent. */
  private async escalate(tx: Tx, refs: { chatId: string; runId: string; correlationId: string }): Promise<void> {
    const { chatId, correlationId } = refs;
    const { humanIntent } = await this.rules.of(tx, chatId);
    await this.outbox.queue(tx, refs, this.intent(humanIntent));
    await this.conversations.changeOwner(tx, chatId, { from: 'flow', to: humanIntent === null ? 'agent' : 'human', reason: 'return-failed' }, refs);
    if (humanIntent === null) await this.unanswered.reopen(tx, chatId, correlationId);
  }

  private intent(name: string | null): Outgoing[] {
    return name === null ? [] : [{ kind: 'intent', intentIdOrName: name, variables: { [this.conversation.handoffVariable]: 'false' } }];
  }
}
