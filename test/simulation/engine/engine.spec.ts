import { describe, expect, it } from '@jest/globals';
import { Chance } from './chance.js';
import { VirtualClock } from './clock.js';
import { explore, replay } from './explore.js';
import { Faults } from './faults.js';
import type { Machine } from './machine.js';
import { Process, type Script } from './process.js';
import { promise } from './violation.js';

describe('chance', () => {
  it('is the same for the same seed, on every machine and for ever', () => {
    const drawn = (seed: number): number[] => Array.from({ length: 4 }, ((chance) => () => chance.between(0, 999))(new Chance(seed)));
    expect(drawn(1)).toEqual([968, 281, 612, 720]);
    expect(drawn(2)).not.toEqual(drawn(1));
  });

  it('is spread evenly, also over the first numbers of seeds side by side', () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 4000; seed++) counts[new Chance(seed).between(0, 3)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe('the virtual clock', () => {
  it('lets things happen in the order of their time, and of two at once the one that was asked for first', () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    const atOnce: string[] = [];
    const chance = new Chance(3);
    for (let asked = 0; asked < 200; asked++) clock.in(chance.between(0, 50), () => seen.push(clock.now));
    clock.in(7, () => atOnce.push('first'));
    clock.in(7, () => atOnce.push('second'));
    while (clock.step());
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(atOnce).toEqual(['first', 'second']);
    expect(clock.steps).toBe(202);
  });
});

describe('a process', () => {
  function* work(seen: string[]): Script {
    seen.push('begins');
    yield 10;
    seen.push('ends');
  }

  it('stops for good when it is killed', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const process = new Process('p', clock, 0);
    process.run(work(seen));
    clock.in(5, () => process.kill());
    while (clock.step());
    expect(seen).toEqual(['begins']);
  });

  it('goes on where it was when it thaws, later than it thinks', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const process = new Process('p', clock, 0);
    process.run(work(seen));
    clock.in(5, () => process.freeze(100));
    while (clock.step());
    expect(seen).toEqual(['begins', 'ends']);
    expect(clock.now).toBe(105);
    expect(process.isBusy).toBe(false);
  });
});

describe('fault sites', () => {
  it('are active in a quarter of the schedules and fire a quarter of the time there, until it gets calm', () => {
    const fired = new Map<string, number>();
    let schedulesWith = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const faults = new Faults(new VirtualClock(), new Chance(seed), fired, 1000);
      if (Array.from({ length: 100 }, () => faults.fires('here')).includes(true)) schedulesWith++;
    }
    expect(schedulesWith / 2000).toBeCloseTo(0.25, 1);
    expect((fired.get('here') ?? 0) / (schedulesWith * 100)).toBeCloseTo(0.25, 1);
    expect(new Faults(new VirtualClock(), new Chance(1), fired, 0).fires('here')).toBe(false);
  });
});

describe('exploring', () => {
  const sevenFails: Machine = {
    name: 'seven', sites: ['never'], calmAt: 0,
    play: ({ chance, trace }) => {
      const drawn = chance.between(1, 7);
      trace.note('die', `shows ${drawn}`);
      promise(drawn < 7, 'it never shows seven');
    },
  };

  it('stops at the first seed that breaks a promise, which replays to the same end', () => {
    const { broken, fired } = explore(sevenFails, 100, 1000);
    expect(broken?.promise).toBe('it never shows seven');
    expect(broken?.seed).toBe(99 + (broken?.schedules ?? 0));
    expect(fired).toEqual({ never: 0 });
    expect(replay(sevenFails, broken?.seed ?? 0).story).toMatch(/^seven, seed \d+:\n.*die .*shows 7\nbroken: it never shows seven$/);
  });

  it('tells a fault of its own from a broken promise', () => {
    const faulty: Machine = { ...sevenFails, play: () => { throw new TypeError('oops'); } };
    expect(() => explore(faulty, 5, 1)).toThrow('the simulation itself failed: seven, seed 5');
  });
});
