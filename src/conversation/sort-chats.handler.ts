import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { sortChats, sortMail, type SortChats } from '../inbox/index.js';
import { Database, HandlesJob, isTransient, Jobs, toAppError, type JobHandler, type Tx } from '../platform/index.js';
import { QuietMail } from './quiet-mail.service.js';

/** Before each further try of the chats that another batch holds. It holds them for a moment, or for as long as the processor is short. */
const restsMs = [50, 100, 200] as const;

/**
 * Sorts what many chats were told at once: together where it leads to nothing, else each alone (sort-mail.handler.ts). Batches
 * that come one upon the other tell of the same chats. What another holds is tried again, together: sorted alone, each of them
 * would wait for that one's end, and hold up the next, until most chats are sorted alone.
 */
@Injectable()
@HandlesJob(sortChats)
export class SortChatsHandler implements JobHandler<SortChats> {
  private readonly logger = new Logger(SortChatsHandler.name);

  constructor(
    private readonly database: Database,
    private readonly quiet: QuietMail,
    private readonly jobs: Jobs,
  ) {}

  /** The look-out for overdue turns finds what is held when its worker dies here. */
  async handle({ chatIds, correlationId }: SortChats): Promise<void> {
    let left = await this.together(chatIds, correlationId, 'left');
    for (const [nth, restMs] of restsMs.entries()) {
      if (left.length === 0) return;
      await delay(restMs);
      left = await this.together(left, correlationId, nth < restsMs.length - 1 ? 'left' : 'sorted alone');
    }
  }

  /** Returns the chats that are held and left for another try. One that can't be sorted must not hold up the others: then each is sorted alone. */
  private async together(chatIds: readonly string[], correlationId: string, whatIsHeldIs: 'left' | 'sorted alone'): Promise<readonly string[]> {
    const wake = (tx: Tx, alone: readonly string[]): Promise<void> => this.jobs.enqueueAll(tx, sortMail, alone.map((chatId) => ({ chatId, correlationId })));
    try {
      return await this.database.inTransaction(async (tx) => {
        const { alone, held } = await this.quiet.sort(tx, chatIds);
        await wake(tx, whatIsHeldIs === 'left' ? alone : [...alone, ...held]);
        return whatIsHeldIs === 'left' ? held : [];
      });
    } catch (error) {
      if (isTransient(error)) throw error;
      this.logger.warn({ err: error, code: toAppError(error).code, chats: chatIds.length }, 'chats could not be sorted together: each is sorted alone');
      await this.database.inTransaction((tx) => wake(tx, chatIds));
      return [];
    }
  }
}
