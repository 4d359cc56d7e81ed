import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/until.js';
import { points } from '../preload/points.mjs';
import { judge, type Verdict } from '../rig/checker.js';
import { Customers } from '../rig/customers.js';
import { drained } from '../rig/drain.js';
import type { DoubtFacts } from '../rig/facts.js';
import type { Hit } from '../rig/fleet.js';
import type { Wish } from '../rig/model.js';
import type { Pace } from '../rig/pace.js';
import { root } from '../rig/replica.js';
import { Rig } from '../rig/rig.js';

export type Blow = 'SIGKILL' | 'SIGSTOP';

/** One failpoint, one signal, and what became of the message that met it. */
export interface Cell {
  point: string;
  what: string;
  signal: Blow;
  workers: number;
  /** From the blow to the customer's answer. */
  answeredMs: number | null;
  seen: number;
  modelCalls: number;
}

export interface Matrix {
  seed: number;
  workers: number;
  waits: Pace;
  cells: Cell[];
  verdict: Verdict;
  doubts: DoubtFacts[];
  /** The log of everything that was struck and not reached; empty when each point was. */
  unreached: string[];
}

const patienceMs = 180_000;
/** The sweep takes a message for missed when it is a minute old. */
const sweepPatienceMs = 300_000;
/** A point that no message of ours passes: it has a test of its own. */
const outsideTheWay = new Set(['K12']);

export const pointsOnTheWay = Object.keys(points).filter((name) => !outsideTheWay.has(name));
export const blows = ['SIGKILL', 'SIGSTOP'] as const;

/** Strikes at each of the points in turn, in one fleet: one message each, and everything must come right before the next. */
export function strikeAll(options: { seed: number; workers: number; points: readonly string[]; blows: readonly Blow[] }): Promise<Matrix> {
  const { seed, workers } = options;
  // The old pair goes on working at the platform's door for refreshes: a pair that was issued and lost is asked for again.
  const twin = { rotation: { oldAccessToken: 'dies', oldRefreshToken: 'lives' } } as const;
  return Rig.use({ name: `failpoints-${workers}`, seed, replicas: workers, tempo: 'quick', twin, preloads: ['failpoints.mjs'] }, async (rig) => {
    const striker = new Striker(rig);
    for (const signal of options.blows) for (const point of options.points) await striker.strike(point, signal);
    const { facts } = await drained(rig, patienceMs);
    return { seed, workers, waits: rig.pace, cells: striker.cells, verdict: judge(rig.history.entries, facts), doubts: facts.doubts, unreached: striker.unreached };
  });
}

class Striker {
  readonly cells: Cell[] = [];
  readonly unreached: string[] = [];
  private readonly customers: Customers;

  constructor(private readonly rig: Rig) {
    this.customers = new Customers(rig.twin, rig.history);
  }

  async strike(point: string, signal: Blow): Promise<void> {
    const { rig } = this;
    const token = `${point}-${signal}`;
    const wish: Wish = point === 'K4' ? 'search' : 'plain';
    const held = point === 'K3' ? rig.model.hold(token) : null;
    // Held back, so that the blow falls between Botmaker's acceptance and its answer.
    if (point === 'K8') rig.twin.faults.next('send-messages', { kind: 'stall', ms: rig.pace.stallMs, when: 'after' });
    if (point === 'K11') rig.twin.expireAccessToken();
    writeFileSync(join(rig.dir, `${point}.${signal}`), '');
    const answered = this.customers.ask(token, patienceMs, { wish });
    const hit = await until(() => rig.fleet.hits.find((one) => one.point === point && !this.used.has(one)), `the failpoint ${point}`, 60_000).catch(() => null);
    if (!hit) return void this.unreached.push(token);
    this.used.add(hit);
    if (hit.signal === 'inside') await this.strikeFromOutside(hit, signal, held?.asked ?? this.isSeen(token));
    const struckAt = performance.now();
    held?.release();
    if (signal === 'SIGSTOP') await new Promise((go) => setTimeout(go, 3 * rig.pace.doubtMs));
    await rig.fleet.whole(patienceMs);
    const isAnswered = await this.endOf(token, answered);
    this.note(point, signal, token, isAnswered ? Math.round(performance.now() - struckAt) : null);
    await rig.twin.settled({ timeoutMs: patienceMs });
  }

  private readonly used = new Set<Hit>();

  /** The other side has the request: now. */
  private async strikeFromOutside({ replica }: Hit, signal: Blow, hasIt: Promise<unknown>): Promise<void> {
    await hasIt;
    replica.signal(signal);
  }

  /** Whether the customer saw his answer. What the product has given up will not come: nobody waits for it. */
  private async endOf(token: string, answered: Promise<boolean>): Promise<boolean> {
    let isAnswered: boolean | null = null;
    void answered.then((isSeen) => (isAnswered = isSeen));
    const givenUp = (): Promise<object[]> => this.rig.database.query("SELECT FROM message WHERE text LIKE '%' || $1 AND state IN ('unknown', 'dead', 'expired')", [token]).catch(() => []);
    await until(async () => isAnswered !== null || (await givenUp()).length > 0, `the end of ${token}`, patienceMs * 2);
    return isAnswered ?? false;
  }

  private isSeen(token: string): Promise<unknown> {
    return until(() => this.rig.history.of('seen').some(({ text }) => text.endsWith(token)), `Botmaker to accept ${token}`, 30_000);
  }

  private note(point: string, signal: Blow, token: string, answeredMs: number | null): void {
    const { history, options } = this.rig;
    this.cells.push({
      point, signal, answeredMs,
      what: points[point]?.what ?? '',
      workers: options.replicas ?? 1,
      seen: history.of('seen').filter(({ text }) => text.endsWith(token)).length,
      modelCalls: history.of('asked').filter((entry) => entry.token === token).length,
    });
  }
}

/**
 * The door dies with the body in its hands, and Botmaker does not tell it again: the listing is the only way by which the
 * message can still be found.
 */
export function loseAtTheDoor(seed: number): Promise<{ verdict: Verdict; answeredMs: number | null }> {
  const options = { replicas: 1, tempo: 'quick' as const, env: { SWEEP_EVERY_MS: '2000' }, twin: { webhookRetry: { attempts: 1 } }, preloads: ['failpoints.mjs'] };
  return Rig.use({ ...options, name: 'lost-at-the-door', seed }, async (rig) => {
    // Past the balancer, which would tell the body again to a door that is back soon enough.
    await rig.twin.setWebhookUrl(`${rig.fleet.backends()[0]}/botmaker/webhook`);
    writeFileSync(join(rig.dir, 'K0.SIGKILL'), '');
    const startedAt = performance.now();
    const isAnswered = await new Customers(rig.twin, rig.history).ask('lost', sweepPatienceMs);
    const { facts } = await drained(rig, patienceMs);
    return { verdict: judge(rig.history.entries, facts), answeredMs: isAnswered ? Math.round(performance.now() - startedAt) : null };
  });
}

/** A migration that is struck in the middle, and run again: the exit code of the second run, and what was left to do then. */
export function strikeMigration(seed: number, signal: Blow): Promise<{ hits: string[]; exitCode: number | null; output: string }> {
  return Rig.use({ name: 'migration', seed, replicas: 0 }, async (rig) => {
    await rig.database.query('CREATE DATABASE struck');
    const url = rig.database.url.replace(/\/[^/]+$/, '/struck');
    writeFileSync(join(rig.dir, `K12.${signal}`), '');
    const first = migrateIn(rig, url);
    const hits = await first.hit();
    if (signal === 'SIGSTOP') setTimeout(() => first.child.kill('SIGCONT'), 3000);
    const second = migrateIn(rig, url);
    await first.ended;
    return { hits, ...(await second.ended) };
  });
}

function migrateIn({ dir }: Rig, url: string) {
  mkdirSync(dir, { recursive: true });
  const child = spawn(process.execPath, ['--import', join(root, 'test/chaos/preload/failpoints.mjs'), join(root, 'build/main.js'), 'migrate'], {
    cwd: dir,
    env: { PATH: process.env['PATH'], NODE_ENV: 'development', DATABASE_URL: url, CHAOS_ARMED: dir, DATA_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let told = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  child.stdio[3]?.on('data', (chunk) => (told += String(chunk)));
  const ended = new Promise<{ exitCode: number | null; output: string }>((done) => child.once('close', (exitCode) => done({ exitCode, output })));
  /** The points that it went through, once it went through one or came to its end. */
  const hit = async (): Promise<string[]> => {
    await Promise.race([ended, until(() => told.includes('\n') || child.exitCode !== null, 'the failpoint K12', 60_000)]);
    return told.trim().split('\n').filter(Boolean);
  };
  return { child, ended, hit };
}
