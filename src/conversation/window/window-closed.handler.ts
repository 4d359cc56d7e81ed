import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { ParkedMessages, windowClosed, type Deliver } from '../../outbox/index.js';
import { Database, HandlesJob, type JobHandler } from '../../platform/index.js';
import { ConversationStore } from '../conversation.store.js';
import { ReopeningStore } from './reopening.store.js';

/**
 * Answers of a chat were parked: from now on its customer is to be asked to come back. Decided under the conversation's lock,
 * because he may have written while they were being parked: whoever sorted that message saw nothing that waits for him.
 */
@Injectable()
@HandlesJob(windowClosed)
export class WindowClosedHandler implements JobHandler<Deliver> {
  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationStore,
    private readonly parked: ParkedMessages,
    private readonly reopenings: ReopeningStore,
    private readonly log: CorrelationLog,
  ) {}

  async handle({ chatId }: Deliver): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await this.conversations.lock(tx, chatId);
      const standing = await this.parked.standing(tx, chatId);
      if (!standing) return;
      if (standing.mayGo) return void (await this.parked.release(tx, chatId));
      await this.conversations.closeWindow(tx, chatId);
      const { runId, correlationId } = standing;
      if (await this.reopenings.begin(tx, chatId, runId, correlationId)) await this.log.append(tx, { type: 'window.closed', chatId, runId, correlationId, detail: {} });
    });
  }
}
