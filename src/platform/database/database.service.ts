import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.js';
import { DatabaseConfig } from '../config/app-config.js';
import { patient } from '../jobs/patient-pool.js';
import { BootWork } from './boot-work.js';
import { endWhenSilent } from './silent-connection.js';
import { isConflict, isTransient } from './transient.js';
import type { Tx } from './tx.js';

/**
 * Sessions are in UTC whatever the server's zone: the Prisma adapter drops the offset of every time it reads and would be hours
 * off, and a lease that seems to end in three hours is a message that is never sent.
 */
const zone = '-c TimeZone=UTC';

/** How long a statement may take, and so how long we wait for a server that says nothing (a little longer). */
const statementMs = { usual: 30_000, ingest: 8000, report: 8000 };

/**
 * Between two statements of a transaction. A process that is frozen there keeps its locks so long, and whoever reads the inbox
 * or wants the chat waits for it; none of ours calls anybody meanwhile. A report may be read slowly, and locks nobody out.
 */
const idleMs = { usual: 5000, report: 60_000 };

/**
 * Postgres defaults wait for ever; ours give up, so that a half-open client can't hold a lock for hours: its server looks
 * every few seconds whether it is still there.
 */
const sessionLimits = (ms: number, inTransactionMs: number): string =>
  [
    `statement_timeout=${ms}`, 'lock_timeout=10000', `idle_in_transaction_session_timeout=${inTransactionMs}`,
    'tcp_keepalives_idle=5', 'tcp_keepalives_interval=2', 'tcp_keepalives_count=3', 'tcp_user_timeout=10000',
    // A server on Windows refuses this one, and then the whole session.
    ...(process.platform === 'win32' ? [] : ['client_connection_check_interval=5000']),
  ].map((setting) => `-c ${setting}`).join(' ');

/** A report gives up before its reader does, writes nothing, and skips the compiler, which takes longer than any of them should. */
const reportLimits = '-c lock_timeout=2000 -c default_transaction_read_only=on -c jit=off';

/** Of one transaction that the database keeps choosing as its victim. */
const mostAttempts = 3;

/** Between the tries of work that insists. */
const firstPauseMs = 100;
const longestPauseMs = 800;

/**
 * The database. `prisma` for reads and single writes, `inTransaction` for what must happen together, and four bare pools:
 * `ingest` belongs to the webhook door alone (a slow turn must never make the door wait for a connection), `jobs` to the queue
 * and the rate buckets, whose statements are short, `turns` to the leases and checkpoints of running turns (a turn must not be
 * lost because others wait for a connection), `reports` to analysts (no question of theirs may make a turn wait).
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly prisma: PrismaClient;
  readonly ingest: pg.Pool;
  readonly jobs: pg.Pool;
  readonly turns: pg.Pool;
  readonly reports: pg.Pool;
  /** What rooms do at boot: with the database, or as soon as there is one. */
  readonly boot: BootWork;
  private readonly work: pg.Pool;
  private readonly open = new Set<Promise<unknown>>();

  constructor(config: DatabaseConfig) {
    const connectionString = config.url?.reveal() ?? '';
    const pool = (max: number, name: string, ms: number, { connectMs = 5000, inTransactionMs = idleMs.usual, more = '' } = {}): pg.Pool => {
      const made = new pg.Pool({
        connectionString, max, application_name: `botmaker-agent ${name}`, connectionTimeoutMillis: connectMs,
        keepAlive: true, keepAliveInitialDelayMillis: 5000, options: `${zone} ${sessionLimits(ms, inTransactionMs)} ${more}`,
      });
      // An idle client that loses its server emits here; without a listener that would end the process.
      made.on('error', () => undefined);
      made.on('connect', (client) => {
        client.on('error', () => undefined);
        endWhenSilent(client, ms + 2000);
      });
      return made;
    };
    this.work = pool(10, 'work', statementMs.usual);
    this.ingest = pool(3, 'ingest', statementMs.ingest, { connectMs: 2000 });
    this.jobs = patient(pool(32, 'jobs', statementMs.usual));
    this.turns = pool(3, 'turns', statementMs.usual);
    this.reports = pool(4, 'reports', statementMs.report, { inTransactionMs: idleMs.report, more: reportLimits });
    this.boot = new BootWork(connectionString);
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.work) });
  }

  /**
   * Commits all of `work` or nothing. When the database picks it as the victim of a deadlock or a conflict, it is done again
   * from its beginning, twice at most: what can't be rolled back does not belong in it.
   */
  async inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.tracked(this.prisma.$transaction((tx) => work(tx as Tx), { maxWait: 10_000, timeout: 30_000 }));
      } catch (error) {
        if (attempt === mostAttempts || !isConflict(error)) throw error;
        await new Promise((again) => setTimeout(again, Math.random() * 50 * attempt));
      }
    }
  }

  /**
   * Does `work` again and again while the database is in trouble and `isWorthIt`: what was paid for or learnt outside is not lost
   * to a restart of it. A commit whose answer was lost is done twice, so the work must be guarded by what it changes.
   */
  async insist<T>(work: () => Promise<T>, isWorthIt: () => boolean): Promise<T> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await work();
      } catch (error) {
        if (!isTransient(error) || !isWorthIt()) throw error;
        await new Promise((again) => setTimeout(again, pauseMs));
      }
    }
  }

  /** What is open when the process ends is waited for. */
  private tracked<T>(transaction: Promise<T>): Promise<T> {
    const forget = (): void => void this.open.delete(transaction);
    this.open.add(transaction);
    transaction.then(forget, forget);
    return transaction;
  }

  /** Last of all: requests, jobs and rooms that end still need it. The order is told in `drain.ts`. */
  async onApplicationShutdown(): Promise<void> {
    this.boot.end();
    await Promise.allSettled(this.open);
    await this.prisma.$disconnect();
    await Promise.all([this.work.end(), this.ingest.end(), this.jobs.end(), this.turns.end(), this.reports.end()]);
  }
}
