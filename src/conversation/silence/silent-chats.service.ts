import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ChatLooks, isUnheld } from '../../botmaker/index.js';
import { CorrelationLog } from '../../correlation/index.js';
import { sortMail } from '../../inbox/index.js';
import { Database, Jobs, type Tx } from '../../platform/index.js';
import { ChatRules } from '../chat-rules.service.js';
import { ProofWeighing } from '../ownership/proof-weighing.service.js';
import { UnansweredMail } from '../ownership/unanswered-mail.service.js';
import { GiveBack } from '../returns/give-back.service.js';
import type { Owner } from '../sorting.js';
import { actOn, type SilenceAct } from './silence.js';
import { SilentChatStore } from './silent-chat.store.js';

/** Acts upon chats in which a customer waits: looks at who really has each, and does what is ours to do. */
@Injectable()
export class SilentChats {
  private readonly logger = new Logger(SilentChats.name);

  constructor(
    private readonly database: Database,
    private readonly store: SilentChatStore,
    private readonly looks: ChatLooks,
    private readonly weighing: ProofWeighing,
    private readonly unanswered: UnansweredMail,
    private readonly giveBack: GiveBack,
    private readonly jobs: Jobs,
    private readonly log: CorrelationLog,
    private readonly rules: ChatRules,
  ) {}

  /** Looks at one that is due. False: none is. */
  async actOnNext(): Promise<boolean> {
    const due = await this.store.claim();
    if (due === null) return false;
    const { chatId } = due;
    const proof = await this.looks.look(chatId, 'silence');
    const correlationId = randomUUID();
    await this.database.inTransaction(async (tx) => {
      const owner = await this.weighing.weigh(tx, chatId, correlationId);
      const silence = await this.store.state(tx, due, owner, proof !== null && isUnheld(proof));
      if (silence) await this.act(tx, chatId, owner, actOn(silence), correlationId);
    });
    return true;
  }

  private async act(tx: Tx, chatId: string, owner: Owner, act: SilenceAct, correlationId: string): Promise<void> {
    if (act.do === 'nothing') return;
    this.logger.warn({ chatId, owner, act: act.do }, 'a customer waits and it is ours to answer');
    await this.store.noteAct(tx, chatId, act.do);
    await this.log.append(tx, { type: 'chat.silence-acted', chatId, correlationId, reason: 'silent-chat', detail: { owner, act: act.do } });
    switch (act.do) {
      case 'sort':
        return this.jobs.enqueue(tx, sortMail, { chatId, correlationId });
      case 'reopen':
        return void (await this.unanswered.reopen(tx, chatId, correlationId));
      case 'give-back':
        return void (await this.giveBack.begin(tx, chatId, { from: owner, reason: 'silent-chat', correlationId, says: act.isSorry ? (await this.rules.of(tx, chatId)).fallbackText : null }));
    }
  }
}
