import { describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { chosenSeed } from './rig/prng.js';
import { takeOver } from './scenarios/takeover.js';

const seed = chosenSeed();
const rounds = Number(process.env['CHAOS_ROUNDS'] || 5);
/** The product's default. */
const leaseMs = 15_000;

describe('a turn whose worker dies', () => {
  it('is with another worker within its lease and two seconds', async () => {
    const result = await takeOver({ seed, rounds, leaseMs });
    keepEvidence('takeover', result);
    const { lost, duplicated, askedAgain } = result.verdict;
    expect({ lost, duplicated, askedAgain }).toEqual({ lost: [], duplicated: [], askedAgain: [] });
    expect(result.takeover.count).toBeGreaterThan(rounds);
    expect(result.takeover.p99).toBeLessThanOrEqual(leaseMs + 2000);
  }, 1_800_000);
});
