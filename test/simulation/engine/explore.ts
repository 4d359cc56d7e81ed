import type { Machine } from './machine.js';
import { Violation } from './violation.js';
import { World } from './world.js';

export interface Broken {
  seed: number;
  /** Schedules played until it was found. */
  schedules: number;
  promise: string;
}

export interface Explored {
  machine: string;
  schedules: number;
  steps: number;
  /** What the schedules lasted by their own clocks. */
  virtualHours: number;
  seconds: number;
  fired: Record<string, number>;
  broken: Broken | null;
}

/** Plays schedules, one a seed, from `seed` on, until one breaks a promise. */
export function explore(machine: Machine, seed: number, schedules: number): Explored {
  const startedAt = performance.now();
  const fired = new Map<string, number>(machine.sites.map((site) => [site, 0]));
  let [played, steps, virtualMs, broken] = [0, 0, 0, null as Broken | null];
  while (played < schedules && !broken) {
    const world = new World({ seed: seed + played, fired, keepTrace: false, calmAt: machine.calmAt });
    const violation = outcome(machine, world);
    played++;
    steps += world.clock.steps;
    virtualMs += world.clock.now;
    if (violation) broken = { seed: seed + played - 1, schedules: played, promise: violation.message };
  }
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  return { machine: machine.name, schedules: played, steps, virtualHours: Math.round(virtualMs / 3_600_000), seconds, fired: Object.fromEntries(fired), broken };
}

export interface Replayed {
  fingerprint: string;
  violation: string | null;
  /** The trace, and the broken promise under it. */
  story: string;
}

/** Plays one seed again and keeps what happened. */
export function replay(machine: Machine, seed: number): Replayed {
  const world = new World({ seed, fired: new Map(), keepTrace: true, calmAt: machine.calmAt });
  const violation = outcome(machine, world)?.message ?? null;
  const { fingerprint, lines } = world.trace;
  return { fingerprint, violation, story: [`${machine.name}, seed ${seed}:`, ...lines, ...(violation ? [`broken: ${violation}`] : [])].join('\n') };
}

function outcome(machine: Machine, world: World): Violation | null {
  try {
    machine.play(world);
    return null;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw new Error(`the simulation itself failed: ${machine.name}, seed ${world.seed}`, { cause: error });
  }
}
