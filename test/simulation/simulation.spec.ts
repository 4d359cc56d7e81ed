import { afterAll, describe, expect, it } from '@jest/globals';
import { controls, limits, type Control } from './controls.js';
import { explore, replay, type Broken, type Explored } from './engine/explore.js';
import { keepFigures, type Figures } from './figures.js';
import { machines } from './machines.js';

/*
 * The state machines of the product under a virtual clock: its own rules, applied to rows in memory by workers that die, freeze
 * and lose the database, before a Botmaker that answers badly and tells late, twice and in any order. Promises are checked after
 * every step. A seed is a schedule; a schedule that breaks a promise is printed, and its seed plays it again.
 *
 *   npm run simulate -- --schedules 1000000 --seed 7
 */
const schedules = Number(process.env['SIMULATION_SCHEDULES'] || 20_000);
const seed = Number(process.env['SIMULATION_SEED'] || 1);
/** A control that needs more than this does not count as found. */
const mostForControl = 20_000;
const patienceMs = 60_000 + schedules * 20;

const figures: Figures = { seed, explored: [], controls: [], limits: [] };
afterAll(() => keepFigures(figures));

const named = <T>(items: readonly T[], name: (item: T) => string): [string, T][] => items.map((item) => [name(item), item]);

describe('under every schedule that was tried', () => {
  it.each(named(machines, ({ machine }) => machine.name))('the promises of a machine hold: %s', (_name, { machine, share }) => {
    const explored: Explored = explore(machine, seed, Math.round(schedules * share));
    figures.explored.push(explored);
    if (explored.broken) throw new Error(replay(machine, explored.broken.seed).story);
    expect(Object.entries(explored.fired).filter(([, times]) => times === 0)).toEqual([]);
  }, patienceMs);

  it.each(named(machines, ({ machine }) => machine.name))('a seed plays the same schedule again: %s', (_name, { machine }) => {
    for (let played = seed; played < seed + 20; played++) {
      const [first, again] = [replay(machine, played), replay(machine, played)];
      expect(again).toEqual(first);
    }
    expect(replay(machine, seed).fingerprint).not.toBe(replay(machine, seed + 1).fingerprint);
  });
});

describe('with a rule taken out', () => {
  it.each(named(controls, ({ without }) => without))('the simulation sees it: %s', (_without, control) => {
    const broken = find(control);
    figures.controls.push({ without: control.without, broken });
    expect(broken?.promise ?? 'nothing was found').toMatch(control.breaks);
  }, patienceMs);

  it('the schedule that shows it is told step by step, and ends with the broken promise', () => {
    const [control] = controls;
    if (!control) throw new Error('there is no control');
    const broken = find(control);
    const { story, violation } = replay(control.machine, broken?.seed ?? 0);
    expect(violation).toBe(broken?.promise);
    expect(story.split('\n')[0]).toBe(`owner, seed ${broken?.seed}:`);
    expect(story).toMatch(/ s {2}sort-mail {4}reads .*\n/);
    expect(story.endsWith(`broken: ${broken?.promise}`)).toBe(true);
  });
});

describe('beyond what is promised', () => {
  it.each(named(limits, ({ without }) => without))('it breaks, and is not believed to hold, unless %s', (_without, limit) => {
    const broken = find(limit);
    figures.limits.push({ without: limit.without, broken });
    expect(broken?.promise ?? 'nothing was found').toMatch(limit.breaks);
  }, patienceMs);
});

const find = ({ machine }: Control): Broken | null => explore(machine, seed, mostForControl).broken;
