import { afterAll, describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { chosenSeed } from './rig/prng.js';
import { gale, storm } from './rig/schedule.js';
import { keepTheDoor, type DoorResult } from './scenarios/door.js';

const seed = chosenSeed();
const load = { rate: Number(process.env['CHAOS_RATE'] || 200), seconds: Number(process.env['CHAOS_SECONDS'] || 120) };
const results: Record<string, DoorResult> = {};

afterAll(() => keepEvidence('door', { seed, runs: results }));

describe(`the webhook at ${load.rate} calls a second for ${load.seconds} s`, () => {
  it('acknowledges 99 % within 250 ms while nothing is wrong, and refuses nobody', async () => {
    const result = (results['calm'] = await keepTheDoor(load, seed));
    expect(result).toMatchObject({ missing: 0, doubled: 0, load: { not2xx: {} } });
    expect(result.load.latency.p99).toBeLessThanOrEqual(250);
  }, 1_800_000);

  it.each(Object.entries({ gale, storm }))('acknowledges 99 %% within a second in a %s, all within ten, and loses nothing', async (name, rhythms) => {
    const result = (results[name] = await keepTheDoor(load, seed, rhythms));
    expect(result).toMatchObject({ missing: 0, doubled: 0 });
    expect(result.load.worstTenMinutes).toBeLessThanOrEqual(20);
    expect(result.load.latency.p99).toBeLessThanOrEqual(1000);
    expect(result.load.latency.max).toBeLessThan(10_000);
  }, 1_800_000);

});
