import { Injectable } from '@nestjs/common';
import { ChatLooks } from '../../botmaker/index.js';
import { HeldMessages } from '../../outbox/index.js';
import { Database, HandlesJob, type JobHandler } from '../../platform/index.js';
import { lookAtChat, type LookAtChat } from '../conversation.jobs.js';
import { NextLook } from './next-look.service.js';
import { ProofWeighing } from './proof-weighing.service.js';

/** A look that found no slot comes again after this, twice as long each time; then the watch over silent chats has it. */
const againMs = 2000;
const mostTries = 5;

/** Looks at a chat whose customer wrote to somebody else, as far as we know; and again while an answer is kept back there. */
@Injectable()
@HandlesJob(lookAtChat)
export class LookAtChatHandler implements JobHandler<LookAtChat> {
  constructor(
    private readonly looks: ChatLooks,
    private readonly weighing: ProofWeighing,
    private readonly held: HeldMessages,
    private readonly nextLook: NextLook,
    private readonly database: Database,
  ) {}

  async handle({ chatId, correlationId, tries }: LookAtChat): Promise<void> {
    const proof = await this.looks.look(chatId, 'customer');
    await this.database.inTransaction(async (tx) => {
      if (proof === null) return tries + 1 < mostTries ? this.nextLook.in(tx, chatId, correlationId, againMs * 2 ** tries, tries + 1) : undefined;
      const owner = await this.weighing.weigh(tx, chatId, correlationId);
      if (owner === 'human' && (await this.held.hasFresh(tx, chatId))) await this.nextLook.soon(tx, chatId, correlationId);
    });
  }
}
