import { streamOf } from './prng.js';

/** One blow: how long after the one before it, whom it meets (a part of those who stand), how long it lasts. */
export interface Blow {
  afterMs: number;
  victim: number;
  forMs: number;
}

export interface Rhythm {
  leastMs: number;
  mostMs: number;
  /** For blows that last. */
  leastForMs?: number;
  mostForMs?: number;
}

export type BlowKind = 'kill' | 'freeze' | 'database' | 'wire';
export type Rhythms = Partial<Record<BlowKind, Rhythm>>;

/**
 * A start takes two seconds of processor, and a blow waits until somebody is to spare: kills that come faster than this leave
 * nothing of two cores to the messages, and prove nothing more of them.
 */
export const storm: Rhythms = {
  kill: { leastMs: 2000, mostMs: 8000 },
  freeze: { leastMs: 4000, mostMs: 12_000, leastForMs: 300, mostForMs: 9000 },
  database: { leastMs: 15_000, mostMs: 25_000 },
  wire: { leastMs: 5000, mostMs: 15_000 },
};

/** For long runs: the messages are to have most of the processor, and not the restarts. */
export const gale: Rhythms = { ...storm, kill: { leastMs: 4000, mostMs: 12_000 }, database: { leastMs: 20_000, mostMs: 40_000 } };

/** The blows of one kind, one after the other without end; each kind draws from a row of its own. */
export function* blowsOf(seed: number, kind: BlowKind, { leastMs, mostMs, leastForMs = 0, mostForMs = 0 }: Rhythm): Generator<Blow, never> {
  const draw = streamOf(seed, kind);
  const between = (least: number, most: number): number => Math.round(least + draw() * (most - least));
  for (;;) yield { afterMs: between(leastMs, mostMs), victim: draw(), forMs: between(leastForMs, mostForMs) };
}
