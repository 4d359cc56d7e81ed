import { ChaosMonkey, type Blows } from '../rig/chaos-monkey.js';
import { judge, type Verdict } from '../rig/checker.js';
import { Customers } from '../rig/customers.js';
import { latencyOf, worstTenMinutes, type Latency } from '../rig/door-figures.js';
import { drained } from '../rig/drain.js';
import type { DoubtFacts } from '../rig/facts.js';
import type { Pace } from '../rig/pace.js';
import { Rig } from '../rig/rig.js';
import { storm, type Rhythms } from '../rig/schedule.js';
import { badDay, noFaults } from '../rig/twin-habits.js';

export interface RandomRun {
  seed: number;
  messages: number;
  replicas?: number;
  customers?: number;
  rhythms?: Rhythms;
}

export interface RandomResult {
  seed: number;
  replicas: number;
  seconds: number;
  drainMs: number;
  blows: Blows;
  restarts: number;
  faults: Record<string, number>;
  verdict: Verdict;
  /** Of sends; `slowestMessageMs` of messages, whose second send may be in doubt as well. */
  doubts: { count: number; by: Record<string, number>; slowestMs: number; slowestMessageMs: number };
  door: { latency: Latency; not2xx: Record<string, number>; worstTenMinutes: number; secondTries: number };
  waits: Pace;
  database: Record<string, string>;
}

/** A conversation in which every answer is the same "Ok!", and every third send is in doubt: which of them did the customer see? */
export function sameWords({ seed, messages }: { seed: number; messages: number }): Promise<SameWordsResult> {
  const mix = { ...noFaults, resetBefore: 0.1, resetAfter: 0.1, errorBefore: 0.05, errorAfter: 0.05 };
  return Rig.use({ name: 'same-words', seed, replicas: 2, mix }, async (rig) => {
    await new Customers(rig.twin, rig.history).writeAll({ messages, customers: 10, seed, patienceMs: rig.pace.doubtMs * 4, impatience: 0, wish: 'ok' });
    const { facts } = await drained(rig, drainPatienceMs);
    return { seed, verdict: judge(rig.history.entries, facts), doubts: doubtFigures(facts.doubts) };
  });
}

export interface SameWordsResult {
  seed: number;
  verdict: Verdict;
  doubts: RandomResult['doubts'];
}

/** How long a busy machine may take; the goal is asserted where the machine is not. */
const drainPatienceMs = 400_000;

/** It cleans up for the first time so long after each start, a minute if nothing is said, and is torn down twice a minute. */
const databaseSettings = ['autovacuum_naptime=5s'];

/** Customers write while replicas are killed and frozen, the database is torn down, and Botmaker has a bad day. */
export function randomChaos({ seed, messages, replicas = 3, customers = 40, rhythms = storm }: RandomRun): Promise<RandomResult> {
  return Rig.use({ name: 'random', seed, replicas, mix: badDay, databaseSettings }, async (rig) => {
    const startedAt = performance.now();
    const monkey = new ChaosMonkey(rig).start(rhythms);
    await new Customers(rig.twin, rig.history).writeAll({ messages, customers: Math.min(customers, messages), seed, patienceMs: rig.pace.doubtMs * 2 });
    await monkey.stop();
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const { facts, drainMs } = await drained(rig, drainPatienceMs);
    const started = rig.history.of('process').filter(({ event }) => event === 'started').length;
    return {
      seed, replicas, seconds, drainMs,
      blows: monkey.blows,
      restarts: started - replicas,
      faults: countOf(rig.history.of('fault').map(({ kind, when }) => `${kind} ${when}`.trim())),
      verdict: judge(rig.history.entries, facts),
      doubts: doubtFigures(facts.doubts),
      door: doorFigures(rig),
      waits: rig.pace,
      database: await rig.database.about(),
    };
  });
}

export function doubtFigures(doubts: readonly DoubtFacts[]): RandomResult['doubts'] {
  const slowest = (of: 'ms' | 'messageMs'): number => Math.round(Math.max(0, ...doubts.map((doubt) => doubt[of] ?? Infinity)));
  return { count: doubts.length, by: countOf(doubts.map(({ by }) => by)), slowestMs: slowest('ms'), slowestMessageMs: slowest('messageMs') };
}

export function doorFigures({ history }: Rig): RandomResult['door'] {
  const answers = history.of('answered');
  const bad = answers.filter(({ status }) => status < 200 || status >= 300);
  return {
    latency: latencyOf(answers.map(({ ms }) => ms)),
    not2xx: countOf(bad.map(({ status }) => String(status))),
    worstTenMinutes: worstTenMinutes(bad.map(({ at }) => at)),
    secondTries: answers.filter(({ tries }) => tries > 1).length,
  };
}

export function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
