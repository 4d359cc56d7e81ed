import { Injectable } from '@nestjs/common';
import { Database, Jobs } from '../platform/index.js';
import { deliver } from './outbox.jobs.js';

/** Wakes the sender of a chat again, later by the database's clock, which is the one that says when a message is due. */
@Injectable()
export class DeliverWake {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  async later(chatId: string, correlationId: string, waitMs: number): Promise<void> {
    await this.jobs.wake(this.database, deliver, [{ chatId, correlationId }], { inMs: waitMs });
  }
}
