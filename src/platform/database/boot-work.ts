import { Logger } from '@nestjs/common';
import pg from 'pg';
import { toAppError } from '../errors/app-error.js';
import { pendingMigrations } from './migrate.js';
import { isTransient } from './transient.js';

const patienceMs = 2000;
const pauseMs = 500;

interface Task {
  what: string;
  work: () => Promise<void>;
}

/**
 * What rooms do with the database when the program starts. While the database answers and its schema is up to date, the boot
 * does it, and fails with it. While it is away, goes away meanwhile or is not migrated yet, the program starts all the same,
 * because the door keeps what comes on disk: the work is done as soon as it can be, in the order in which it was asked for.
 */
export class BootWork {
  private readonly logger = new Logger(BootWork.name);
  private readonly later: Task[] = [];
  private ready: Promise<boolean> | null = null;
  private isEnding = false;

  constructor(private readonly url: string) {}

  async do(what: string, work: () => Promise<void>): Promise<void> {
    if (this.later.length === 0 && (await this.isReady()) && (await isDone(work))) return;
    this.later.push({ what, work });
    if (this.later.length > 1) return;
    this.logger.warn('the database is away or not migrated yet: the program starts without it, and goes on waiting');
    void this.catchUp();
  }

  end(): void {
    this.isEnding = true;
  }

  private async catchUp(): Promise<void> {
    for (let task = this.later[0]; task && !this.isEnding; task = this.later[0]) {
      if (await this.tried(task)) this.later.shift();
      else await new Promise((again) => setTimeout(again, pauseMs));
    }
  }

  private async tried({ what, work }: Task): Promise<boolean> {
    this.ready = null;
    if (!(await this.isReady())) return false;
    try {
      await work();
      this.logger.log({ what }, 'done at last: the database is there');
      return true;
    } catch (error) {
      this.logger.error({ err: error, code: toAppError(error).code, what }, 'could not be done yet: tried again');
      return false;
    }
  }

  /** Asked once for all that is asked for together. */
  private isReady(): Promise<boolean> {
    this.ready ??= isMigrated(this.url);
    return this.ready;
  }
}

/** False: the database went away under it. */
function isDone(work: () => Promise<void>): Promise<boolean> {
  return work().then(() => true, (error: unknown) => {
    if (isTransient(error)) return false;
    throw error;
  });
}

async function isMigrated(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patienceMs, query_timeout: patienceMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await pendingMigrations((sql) => client.query(sql))).length === 0;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
