import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/platform/index.js';
import { until } from '../../support/until.js';
import type { Reaper } from './reaper.js';

/**
 * The run's own PostgreSQL, with the durability it ships with (fsync on). It can be torn down as a power cut would do it and
 * comes back at the same address, started again with the very arguments that it left in `postmaster.opts`.
 */
export class RigPostgres {
  private pool: pg.Pool;

  private constructor(
    readonly url: string,
    private readonly data: string,
    private pid: number,
    private readonly reaper: Reaper,
  ) {
    reaper.watch(pid);
    this.pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 3000 });
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  static async start(dir: string, reaper: Reaper, settings: readonly string[] = []): Promise<RigPostgres> {
    // Three replicas hold some fifty connections each, and those of a killed one take a moment to go.
    const { url, pid } = await startEmbeddedPostgres(dir, { flags: ['max_connections=400', 'log_min_messages=fatal', ...settings] });
    return new RigPostgres(url, dataOf(pid, dir), pid, reaper);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** `pg_ctl stop -m immediate`: no checkpoint, no farewell to clients; what was not fsynced is lost. */
  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGQUIT');
    await until(() => !isAlive(this.pid), 'the database to be gone', 60_000);
    this.reaper.forget(this.pid);
  }

  async up(): Promise<void> {
    const [command = '', ...args] = parsed(readFileSync(join(this.data, 'postmaster.opts'), 'utf8'));
    const owner = process.getuid?.() === 0 ? { uid: statSync(this.data).uid, gid: statSync(this.data).gid } : {};
    const log = openSync(join(dirname(this.data), 'postgres.log'), 'a');
    const child = spawn(command, args, { ...owner, cwd: '/', detached: true, stdio: ['ignore', log, log] });
    child.unref();
    this.pid = child.pid ?? 0;
    this.reaper.watch(this.pid);
    await until(() => this.query('SELECT 1').catch(() => null), 'the database to be back', 120_000);
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.up();
  }

  async stop(): Promise<void> {
    await this.pool.end();
    if (!isAlive(this.pid)) return;
    await this.kill();
  }

  async query<T extends object>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(text, values)).rows;
  }

  /** What decides how much a commit means here. */
  async about(): Promise<Record<string, string>> {
    const rows = await this.query<{ name: string; setting: string }>(`SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum_naptime')`);
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  }
}

/** As root the server lives in a folder that its own user can enter, which may be another one than we named. */
function dataOf(pid: number, dir: string): string {
  const here = join(dir, 'data');
  if (existsSync(join(here, 'postmaster.opts'))) return here;
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return args[args.indexOf('-D') + 1] ?? here;
}

/** `/path/postgres "-D" "/path/data" …`, as the server writes it. */
function parsed(options: string): string[] {
  return [...options.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
