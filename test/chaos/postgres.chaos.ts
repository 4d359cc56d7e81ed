import { afterAll, describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { chosenSeed } from './rig/prng.js';
import { outages, sufferOutage, type OutageResult } from './scenarios/outage.js';

const seed = chosenSeed();
const results: OutageResult[] = [];

afterAll(() => keepEvidence('postgres', { seed, outages: results }));

describe('while the database is', () => {
  it.each(outages.map((outage) => [outage.id, outage.what, outage] as const))('%s (%s), the door stays open and nothing is lost', async (_id, _what, outage) => {
    const result = await sufferOutage(outage, seed);
    results.push(result);
    const { lost, duplicated, disordered, unexpected } = result.verdict;
    expect({ lost, duplicated, disordered, unexpected }).toEqual({ lost: [], duplicated: [], disordered: [], unexpected: [] });
    expect({ missing: result.missing, doubled: result.doubled }).toEqual({ missing: 0, doubled: 0 });
    expect(result.load.worstTenMinutes).toBeLessThanOrEqual(20);
    expect(result.load.latency.max).toBeLessThan(10_000);
  }, 900_000);
});
