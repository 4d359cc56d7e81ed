import { Injectable } from '@nestjs/common';
import { Database, Jobs } from '../platform/index.js';
import { deliver } from './outbox.jobs.js';

/** Wakes the sender of a chat again, later. */
@Injectable()
export class DeliverWake {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  async later(chatId: string, correlationId: string, waitMs: number): Promise<void> {
    await this.database.inTransaction((tx) => this.jobs.enqueue(tx, deliver, { chatId, correlationId }, new Date(Date.now() + waitMs)));
  }
}
