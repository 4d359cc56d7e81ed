import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/index.js';
import { TcpGate } from './tcp-gate.js';
import { until } from './until.js';

/** A PostgreSQL of the test's own, with the durability it ships with, that may be killed, frozen and spoilt. A wire in front of it keeps its address. */
export class OwnPostgres {
  private constructor(
    private readonly dir: string,
    readonly gate: TcpGate,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const dir = mkdtempSync(join(tmpdir(), 'botmaker-agent-own-postgres-'));
    chmodSync(dir, 0o755);
    const [gate, server] = await Promise.all([TcpGate.start(), startEmbeddedPostgres(dir, { database: 'own' })]);
    gate.leadTo(server.url);
    return new OwnPostgres(dir, gate, server);
  }

  /** Through the wire. */
  get url(): string {
    return this.server.url.replace(/@[^/]+/, `@${this.gate.host}`);
  }

  /** Asks past the wire. */
  async ask<T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.server.url });
    await client.connect();
    try {
      return (await client.query<T>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** As a power cut would end it: no farewell, and recovery at the next start. */
  async kill(): Promise<void> {
    process.kill(this.server.pid, 'SIGQUIT');
    await until(() => !isAlive(this.server.pid), 'PostgreSQL to be gone', 30_000);
  }

  async restart(): Promise<void> {
    this.server = await startEmbeddedPostgres(this.dir, { database: 'own' });
    this.gate.leadTo(this.server.url);
  }

  freeze(): void {
    for (const pid of this.processes()) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.processes().reverse()) process.kill(pid, 'SIGCONT');
  }

  /** Sets a setting of the server, or resets it, for running sessions, too. */
  async set(name: string, value: string | null): Promise<void> {
    await this.ask(value === null ? `ALTER SYSTEM RESET ${name}` : `ALTER SYSTEM SET ${name} = '${value}'`);
    await this.ask('SELECT pg_reload_conf()');
  }

  async stop(): Promise<void> {
    await this.gate.close();
    if (isAlive(this.server.pid)) await this.kill();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The server and its children, the server first. */
  private processes(): number[] {
    const children = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => parentOf(pid) === this.server.pid);
    return [this.server.pid, ...children.map(Number)];
  }
}

function parentOf(pid: string): number | null {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return null;
  }
}

/** Not a zombie either: nobody may be there to bury it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
