import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Prisma } from '../generated/prisma/client.js';
import { Database, hasJob, Jobs, Role } from '../platform/index.js';
import { runTurn } from './conversation.jobs.js';
import { SortChatsHandler } from './sort-chats.handler.js';

const everyMs = 1000;
/** Sorted together. A transaction holds all of its chats until it ends, so it is kept short. */
const maxTogether = 50;

/**
 * Finds turns that are due and not begun, turns whose worker died, and mail that no turn is waiting to read. The queue keeps
 * the job of a killed worker locked for hours; the tables know better.
 *
 * Mail waits in many chats at once when the workers are behind, and a job for each would put them further behind: it is sorted
 * here, together, as the job would have done it.
 */
@Injectable()
export class OverdueTurns {
  /** One look at a time: a slow one is not overtaken by the next. */
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly sorting: SortChatsHandler,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works || this.isLooking) return;
    this.isLooking = true;
    try {
      await this.wakeTurns();
      await this.sortMail();
    } finally {
      this.isLooking = false;
    }
  }

  private async wakeTurns(): Promise<void> {
    const turns = await this.database.prisma.$queryRaw<{ runId: string; correlationId: string }[]>`
      SELECT run_id AS "runId", correlation_id AS "correlationId" FROM turn
      WHERE ((state = 'queued' AND starts_at < clock_timestamp() - interval '1 second') OR (state = 'running' AND lease_until < clock_timestamp()))
        AND NOT ${hasJob(runTurn, Prisma.sql`run_id::text`, Prisma.sql`coalesce(lease_until, starts_at)`)}
      ORDER BY starts_at LIMIT 200`;
    await this.jobs.wake(this.database, runTurn, turns);
  }

  /** Since its body was read, not since it came: otherwise all mail of a late reader is looked at here and by its job at once. */
  private async sortMail(): Promise<void> {
    const chats = await this.database.prisma.$queryRaw<{ chatId: string }[]>`
      SELECT DISTINCT event.chat_id AS "chatId" FROM event LEFT JOIN envelope ON envelope.id = event.envelope_id
      WHERE event.state = 'received' AND coalesce(envelope.read_at, event.received_at) < clock_timestamp() - interval '3 seconds' AND event.chat_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM turn WHERE turn.chat_id = event.chat_id AND turn.state IN ('queued', 'running'))
      ORDER BY 1 LIMIT 200`;
    for (let at = 0; at < chats.length; at += maxTogether) {
      await this.sorting.handle({ chatIds: chats.slice(at, at + maxTogether).map(({ chatId }) => chatId), correlationId: randomUUID() });
    }
  }
}
