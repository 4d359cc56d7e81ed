import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.js';
import { DatabaseConfig } from '../config/app-config.js';
import type { Tx } from './tx.js';

/**
 * Sessions are in UTC whatever the server's zone: the Prisma adapter drops the offset of every time it reads and would be hours
 * off, and a lease that seems to end in three hours is a message that is never sent.
 */
const zone = '-c TimeZone=UTC';

/** Postgres defaults wait for ever; ours give up, so that a half-open client can't hold a lock for hours. */
const sessionLimits = '-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000';

/** A report gives up before its reader does, writes nothing, and skips the compiler, which takes longer than any of them should. */
const reportLimits = '-c statement_timeout=8000 -c lock_timeout=2000 -c default_transaction_read_only=on -c jit=off';

/** Jobs that run at once in one process. A turn that waits for its model holds a slot, and little else. */
export const jobConcurrency = 30;

/**
 * The database. `prisma` for reads and single writes, `inTransaction` for what must happen together, and three bare pools:
 * `ingest` belongs to the webhook door alone (a slow turn must never make the door wait for a connection), `jobs` to the queue,
 * `reports` to analysts (no question of theirs may make a turn wait).
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly prisma: PrismaClient;
  readonly ingest: pg.Pool;
  readonly jobs: pg.Pool;
  readonly reports: pg.Pool;
  private readonly work: pg.Pool;
  private readonly open = new Set<Promise<unknown>>();

  constructor(config: DatabaseConfig) {
    const connectionString = config.url?.reveal() ?? '';
    const pool = (max: number, name: string, options = sessionLimits): pg.Pool => {
      const made = new pg.Pool({ connectionString, max, application_name: name, connectionTimeoutMillis: 5000, keepAlive: true, options: `${zone} ${options}` });
      // An idle client that loses its server emits here; without a listener that would end the process.
      made.on('error', () => undefined);
      made.on('connect', (client) => void client.on('error', () => undefined));
      return made;
    };
    this.work = pool(10, 'botmaker-agent work');
    this.ingest = pool(3, 'botmaker-agent ingest');
    this.jobs = pool(jobConcurrency + 2, 'botmaker-agent jobs');
    this.reports = pool(4, 'botmaker-agent reports', reportLimits);
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.work) });
  }

  inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const transaction = this.prisma.$transaction((tx) => work(tx as Tx), { maxWait: 10_000, timeout: 30_000 });
    const forget = (): void => void this.open.delete(transaction);
    this.open.add(transaction);
    transaction.then(forget, forget);
    return transaction;
  }

  /** Last of all: requests, jobs and rooms that end still need it. The order is told in `drain.ts`. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.open);
    await this.prisma.$disconnect();
    await Promise.all([this.work.end(), this.ingest.end(), this.jobs.end(), this.reports.end()]);
  }
}
