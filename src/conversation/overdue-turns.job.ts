import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { sortMail } from '../inbox/index.js';
import { Database, Jobs, Role } from '../platform/index.js';
import { runTurn } from './conversation.jobs.js';

const everyMs = 1000;

/**
 * Finds turns that are due and not begun, turns whose worker died, and mail that no turn is waiting to read. The queue keeps
 * the job of a killed worker locked for hours; the tables know better.
 */
@Injectable()
export class OverdueTurns {
  constructor(
    private readonly role: Role,
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    const { prisma } = this.database;
    const turns = await prisma.$queryRaw<{ runId: string; correlationId: string }[]>`
      SELECT run_id AS "runId", correlation_id AS "correlationId" FROM turn
      WHERE (state = 'queued' AND starts_at < clock_timestamp() - interval '1 second') OR (state = 'running' AND lease_until < clock_timestamp())
      ORDER BY starts_at LIMIT 200`;
    const chats = await prisma.$queryRaw<{ chatId: string }[]>`
      SELECT DISTINCT event.chat_id AS "chatId" FROM event
      WHERE event.state = 'received' AND event.received_at < clock_timestamp() - interval '3 seconds' AND event.chat_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.chat_id = event.chat_id AND turn.state IN ('queued', 'running'))
      LIMIT 200`;
    if (turns.length + chats.length === 0) return;
    await this.database.inTransaction(async (tx) => {
      await this.jobs.enqueueAll(tx, runTurn, turns);
      await this.jobs.enqueueAll(tx, sortMail, chats.map(({ chatId }) => ({ chatId, correlationId: randomUUID() })));
    });
  }
}
