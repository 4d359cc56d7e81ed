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
    await this.database.inTransaction(async (tx) => {
      const [clock] = await tx.$queryRaw<{ then: Date }[]>`SELECT clock_timestamp() + make_interval(secs => ${waitMs / 1000}) AS then`;
      await this.jobs.enqueue(tx, deliver, { chatId, correlationId }, clock?.then);
    });
  }
}
