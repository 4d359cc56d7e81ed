import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Broken, Explored } from './engine/explore.js';

export interface Figures {
  seed: number;
  explored: Explored[];
  controls: { without: string; broken: Broken | null }[];
  limits: { without: string; broken: Broken | null }[];
}

/** Writes down what a run saw, for `docs/evidence.md`; only when `SIMULATION_FIGURES` names a file, so that a test changes none. */
export function keepFigures({ seed, explored, controls, limits }: Figures): void {
  const file = process.env['SIMULATION_FIGURES'];
  if (!file) return;
  const sum = (pick: (one: Explored) => number): number => explored.reduce((total, one) => total + pick(one), 0);
  const of = <T>(pick: (one: Explored) => T): Record<string, T> => Object.fromEntries(explored.map((one) => [one.machine, pick(one)]));
  const figures = {
    seed,
    schedules: sum((one) => one.schedules),
    'schedules of each machine': of((one) => one.schedules),
    'promises broken': explored.filter(({ broken }) => broken).length,
    'steps of each machine': of((one) => one.steps),
    'simulated hours': sum((one) => one.virtualHours),
    seconds: Math.round(sum((one) => one.seconds)),
    ...Object.fromEntries(explored.map(({ machine, fired }) => [`fired, ${machine}`, fired])),
    ...listed('control without', controls),
    ...listed('beyond the promises: unless', limits),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ about: about(), figures, explored, controls, limits }, null, 2)}\n`);
}

const listed = (what: string, found: Figures['controls']): Record<string, string> =>
  Object.fromEntries(found.map(({ without, broken }) => [`${what} ${without}`, broken ? `found by seed ${broken.seed}, in ${broken.schedules} schedules: ${broken.promise}` : 'not found']));

function about(): Record<string, unknown> {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;
  return { date: new Date().toISOString().slice(0, 16).replace('T', ' '), command: process.env['SIMULATION_COMMAND'] ?? 'npm run simulate', commit: commit(), node: process.version, machine, packages: {} };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
