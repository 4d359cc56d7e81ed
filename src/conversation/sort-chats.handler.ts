import { Injectable, Logger } from '@nestjs/common';
import { sortChats, sortMail, type SortChats } from '../inbox/index.js';
import { Database, HandlesJob, isTransient, Jobs, toAppError, type JobHandler, type Tx } from '../platform/index.js';
import { QuietMail } from './quiet-mail.service.js';

/** Sorts what many chats were told at once: together where it leads to nothing, else each alone (sort-mail.handler.ts). */
@Injectable()
@HandlesJob(sortChats)
export class SortChatsHandler implements JobHandler<SortChats> {
  private readonly logger = new Logger(SortChatsHandler.name);

  constructor(
    private readonly database: Database,
    private readonly quiet: QuietMail,
    private readonly jobs: Jobs,
  ) {}

  /** A chat that can't be sorted must not hold up the others: then each is tried alone. */
  async handle({ chatIds, correlationId }: SortChats): Promise<void> {
    const alone = (tx: Tx, left: readonly string[]): Promise<void> => this.jobs.enqueueAll(tx, sortMail, left.map((chatId) => ({ chatId, correlationId })));
    try {
      await this.database.inTransaction(async (tx) => alone(tx, await this.quiet.sort(tx, chatIds)));
    } catch (error) {
      if (isTransient(error)) throw error;
      this.logger.warn({ err: error, code: toAppError(error).code, chats: chatIds.length }, 'chats could not be sorted together: each is sorted alone');
      await this.database.inTransaction((tx) => alone(tx, chatIds));
    }
  }
}
