import { describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { chosenSeed } from './rig/prng.js';
import { doubtLimitMs, drainLimitMs, randomChaos } from './scenarios/random.js';

const messages = Number(process.env['CHAOS_MESSAGES'] || 2000);
const seed = chosenSeed();

describe(`${messages} messages through a storm (CHAOS_SEED=${seed})`, () => {
  it('are each answered once and in order, whoever is killed, frozen or torn down', async () => {
    const result = await randomChaos({ seed, messages });
    keepEvidence(messages >= 10_000 ? 'random-long' : 'random', result);
    const { lost, duplicated, disordered, askedAgain, unexpected, ends } = result.verdict;
    expect({ lost, duplicated, disordered, askedAgain, unexpected }).toEqual({ lost: [], duplicated: [], disordered: [], askedAgain: [], unexpected: [] });
    expect(result.verdict.attempted).toBe(messages);
    expect(ends['unknown'] ?? 0).toBeLessThanOrEqual(Math.max(2, messages / 200));
    expect(result.doubts.slowestMs).toBeLessThanOrEqual(doubtLimitMs);
    expect(result.drainMs).toBeLessThanOrEqual(drainLimitMs);
    expect(result.door.worstTenMinutes).toBeLessThanOrEqual(20);
  }, 7_200_000);
});
