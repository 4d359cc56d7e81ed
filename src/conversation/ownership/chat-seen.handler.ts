import { Injectable } from '@nestjs/common';
import { chatSeen, type Deliver } from '../../outbox/index.js';
import { Database, HandlesJob, type JobHandler } from '../../platform/index.js';
import { ProofWeighing } from './proof-weighing.service.js';

/** What a look before a send saw, weighed. */
@Injectable()
@HandlesJob(chatSeen)
export class ChatSeenHandler implements JobHandler<Deliver> {
  constructor(
    private readonly database: Database,
    private readonly weighing: ProofWeighing,
  ) {}

  async handle({ chatId, correlationId }: Deliver): Promise<void> {
    await this.database.inTransaction(async (tx) => void (await this.weighing.weigh(tx, chatId, correlationId)));
  }
}
