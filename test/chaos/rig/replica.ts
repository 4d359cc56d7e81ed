import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Reaper } from './reaper.js';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export type Signal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM';
/** `frozen`: stopped by a signal; it holds its connections and answers nobody. `dying`: killed, and not gone yet. */
export type ReplicaState = 'down' | 'booting' | 'ready' | 'frozen' | 'dying';

export type Role = 'all' | 'api' | 'worker';

export interface ReplicaPlan {
  name: string;
  role: Role;
  /** Its own folder: it lives on when the process dies, as a volume does. */
  dir: string;
  env: Record<string, string>;
  /** Modules that are loaded before the program (`node --import`). */
  preloads: readonly string[];
}

export interface ReplicaNews {
  event: 'started' | 'ready' | 'ended' | Signal;
  detail?: string;
}

const restartMs = 200;
const lookMs = 50;

/**
 * One process of the product, as it is deployed: `node dist/main.js`, environment variables only; where a preload changes it,
 * what that was joined from, because single files can be reached there. What ends without being
 * told to is started again. On file descriptor 3 a preload tells which failpoint was hit, or why it can't work.
 */
export class Replica {
  state: ReplicaState = 'down';
  /** Set when a preload could not do its work: the run proves nothing then. */
  brokenBy: string | null = null;
  private child: ChildProcess | null = null;
  private isWanted = false;
  private port = 0;

  constructor(
    readonly plan: ReplicaPlan,
    private readonly tell: (news: ReplicaNews) => void,
    private readonly onHit: (point: string, signal: string) => void,
    private readonly reaper: Reaper,
  ) {}

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async start(): Promise<void> {
    this.port ||= await freePort();
    this.isWanted = true;
    this.launch();
    await this.ready();
  }

  /** Resolves when it answers its readiness probe; rejects when it can't be expected to any more. */
  async ready(patienceMs = 180_000): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (this.state !== 'ready') {
      if (this.brokenBy) throw new Error(`${this.plan.name}: ${this.brokenBy}`);
      if (performance.now() > deadline) throw new Error(`${this.plan.name} did not become ready, see ${this.logFile}`);
      await new Promise((again) => setTimeout(again, lookMs));
    }
  }

  signal(signal: Signal): void {
    if (!this.child || this.state === 'down') return;
    if (signal === 'SIGSTOP') this.state = 'frozen';
    if (signal === 'SIGKILL') this.state = 'dying';
    if (signal === 'SIGCONT' && this.state === 'frozen') this.state = 'ready';
    this.tell({ event: signal });
    this.child.kill(signal);
  }

  /** A failpoint froze it from within. */
  noteFrozen(): void {
    this.state = 'frozen';
    this.tell({ event: 'SIGSTOP', detail: 'failpoint' });
  }

  /** Ends it for good and resolves with its exit code; null when it had to be killed. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM', graceMs = 30_000): Promise<number | null> {
    this.isWanted = false;
    const { child } = this;
    if (!child) return null;
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    const impatient = setTimeout(() => child.kill('SIGKILL'), graceMs);
    if (this.state === 'frozen') this.signal('SIGCONT');
    this.signal(signal);
    const code = await ended;
    clearTimeout(impatient);
    return code;
  }

  private get logFile(): string {
    return join(this.plan.dir, 'log');
  }

  private launch(): void {
    const { dir, env, role, preloads } = this.plan;
    mkdirSync(dir, { recursive: true });
    const log = openSync(this.logFile, 'a');
    const imports = preloads.flatMap((file) => ['--import', join(root, 'test/chaos/preload', file)]);
    const child = spawn(process.execPath, [...imports, join(root, preloads.length > 0 ? 'build/main.js' : 'dist/main.js'), role], {
      // Its own folder: no .env of a developer is read.
      cwd: dir,
      env: { ...env, PORT: String(this.port), DATA_DIR: dir },
      stdio: ['ignore', log, log, 'pipe'],
    });
    this.reaper.watch(child.pid ?? 0);
    this.child = child;
    this.state = 'booting';
    this.tell({ event: 'started' });
    createInterface(child.stdio[3] as Readable).on('line', (line) => this.hear(line));
    child.once('exit', (code, signal) => this.ended(child.pid ?? 0, signal ?? code));
    void this.watch(child);
  }

  private hear(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    if (word === 'broken') this.brokenBy = rest.join(' ');
    if (word === 'hit') this.onHit(rest[0] ?? '', rest[1] ?? '');
  }

  private ended(pid: number, how: NodeJS.Signals | number | null): void {
    this.reaper.forget(pid);
    this.child = null;
    this.state = 'down';
    this.tell({ event: 'ended', detail: String(how) });
    if (this.isWanted && !this.brokenBy) setTimeout(() => this.isWanted && !this.child && this.launch(), restartMs);
  }

  private async watch(child: ChildProcess): Promise<void> {
    while (this.child === child && this.state === 'booting') {
      const isReady = await fetch(`${this.address}/health/ready`, { signal: AbortSignal.timeout(1000) }).then(
        ({ status }) => status === 200,
        () => false,
      );
      if (isReady && this.child === child && this.state === 'booting') {
        this.state = 'ready';
        this.tell({ event: 'ready' });
      }
      await new Promise((again) => setTimeout(again, lookMs));
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().on('error', failed).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
