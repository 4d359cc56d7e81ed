import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Database, Role } from '../platform/index.js';

const everyMs = 3_600_000;

/**
 * Forgets statuses that no message of ours has claimed within a day. Botmaker tells the statuses of everything that its bots
 * and operators say in the account, and only later, if at all, can we know that a message was not ours.
 */
@Injectable()
export class ForgetEarlyStatuses {
  constructor(
    private readonly role: Role,
    private readonly database: Database,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    await this.database.prisma.$executeRaw`DELETE FROM early_status WHERE received_at < clock_timestamp() - interval '1 day'`;
  }
}
