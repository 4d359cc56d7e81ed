import { describe, expect, it } from '@jest/globals';
import type { Rhythms } from './rig/schedule.js';
import { randomChaos } from './scenarios/random.js';

const seed = Number(process.env['CHAOS_SEED'] || 24);
const messages = 150;

/** The storm of `npm run chaos`, short and with two replicas: a restart costs four seconds of processor. */
const breeze: Rhythms = {
  kill: { leastMs: 1500, mostMs: 4000 },
  freeze: { leastMs: 5000, mostMs: 9000, leastForMs: 300, mostForMs: 3000 },
  database: { leastMs: 6000, mostMs: 12_000 },
  wire: { leastMs: 3000, mostMs: 8000 },
};

describe(`${messages} messages while processes are killed and frozen, and the database is torn down (CHAOS_SEED=${seed})`, () => {
  it('are each answered once and in order', async () => {
    const { verdict, blows, faults } = await randomChaos({ seed, messages, replicas: 2, customers: 25, rhythms: breeze });
    const { lost, duplicated, disordered, askedAgain, unexpected, ends } = verdict;
    expect({ lost, duplicated, disordered, askedAgain, unexpected }).toEqual({ lost: [], duplicated: [], disordered: [], askedAgain: [], unexpected: [] });
    expect(verdict.attempted).toBe(messages);
    const unknown = Object.entries(ends).filter(([end]) => end.startsWith('unknown'));
    expect(unknown.reduce((sum, [, count]) => sum + count, 0) <= 2 ? [] : unknown).toEqual([]);
    // A storm that did not blow proves nothing.
    expect(blows.kill).toBeGreaterThan(0);
    expect(Object.keys(faults).length).toBeGreaterThan(0);
  }, 900_000);
});
