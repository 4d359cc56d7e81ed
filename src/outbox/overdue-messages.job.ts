import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Prisma } from '../generated/prisma/client.js';
import { Database, hasJob, Jobs, Role } from '../platform/index.js';
import { deliver } from './outbox.jobs.js';

const everyMs = 2000;

/**
 * Finds chats whose next message is due, whose sender died, or whose doubt is over, and that nobody was woken for. Only the
 * head of a chat's queue counts: what waits behind a doubt is not due, and must not crowd out the chats that are.
 */
@Injectable()
export class OverdueMessages {
  constructor(
    private readonly role: Role,
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    const chats = await this.database.prisma.$queryRaw<{ chatId: string; correlationId: string }[]>`
      SELECT "chatId", "correlationId" FROM (
        SELECT DISTINCT ON (chat_id) chat_id AS "chatId", correlation_id AS "correlationId", coalesce(doubt_until, lease_until, next_attempt_at) AS due_at
        FROM message WHERE state IN ('planned', 'retrying', 'sending')
        ORDER BY chat_id, created_at, run_id, part
      ) AS head
      WHERE due_at < clock_timestamp() - interval '2 seconds' AND NOT ${hasJob(deliver, Prisma.sql`"chatId"::text`, Prisma.sql`due_at`)} ORDER BY due_at LIMIT 200`;
    await this.jobs.wake(this.database, deliver, chats);
  }
}
