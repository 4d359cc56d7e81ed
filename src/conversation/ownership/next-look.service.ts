import { Injectable } from '@nestjs/common';
import { Jobs, OwnershipConfig, type Tx } from '../../platform/index.js';
import { lookAtChat } from '../conversation.jobs.js';

/** Has a chat looked at later. Times are the database's; a look that is asked for again replaces the one that waits. */
@Injectable()
export class NextLook {
  constructor(
    private readonly jobs: Jobs,
    private readonly config: OwnershipConfig,
  ) {}

  async in(tx: Tx, chatId: string, correlationId: string, ms: number, tries = 0): Promise<void> {
    await this.jobs.enqueue(tx, lookAtChat, { chatId, correlationId, tries }, { inMs: ms });
  }

  /** While an answer is kept back for a person who has not written: no webhook tells when he lets go. */
  async soon(tx: Tx, chatId: string, correlationId: string): Promise<void> {
    await this.in(tx, chatId, correlationId, 3 * this.config.proofMs);
  }
}
