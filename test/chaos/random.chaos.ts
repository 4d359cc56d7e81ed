import { describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { chosenSeed } from './rig/prng.js';
import { gale, storm } from './rig/schedule.js';
import { randomChaos, sameWords } from './scenarios/random.js';

const messages = Number(process.env['CHAOS_MESSAGES'] || 2000);
const seed = chosenSeed();
const isLong = messages >= 10_000;

describe(`${messages} messages through a storm (CHAOS_SEED=${seed})`, () => {
  it('are each answered once and in order, whoever is killed, frozen or torn down', async () => {
    const result = await randomChaos({ seed, messages, ...(isLong ? { customers: 120, rhythms: gale } : { rhythms: storm }) });
    keepEvidence(isLong ? 'random-long' : 'random', result);
    const { lost, duplicated, disordered, askedAgain, unexpected, ends } = result.verdict;
    expect({ lost, duplicated, disordered, askedAgain, unexpected }).toEqual({ lost: [], duplicated: [], disordered: [], askedAgain: [], unexpected: [] });
    expect(result.verdict.attempted).toBe(messages);
    const unknown = Object.entries(ends).filter(([end]) => end.startsWith('unknown'));
    expect(unknown.reduce((sum, [, count]) => sum + count, 0) <= Math.max(2, messages / 200) ? [] : unknown).toEqual([]);
    expect(result.doubts.slowestMs).toBeLessThanOrEqual(result.waits.doubtMs + 30_000);
    expect(result.drainMs).toBeLessThanOrEqual(2 * result.waits.doubtMs + result.waits.leaseMs + 60_000);
    expect(result.door.worstTenMinutes).toBeLessThanOrEqual(20);
  }, 7_200_000);
});

describe('two hundred answers that all say "Ok!", every third of them in doubt', () => {
  it('are seen as often as they were meant', async () => {
    const result = await sameWords({ seed, messages: 200 });
    keepEvidence('same-words', result);
    const { lost, duplicated, disordered } = result.verdict;
    expect({ lost, duplicated, disordered }).toEqual({ lost: [], duplicated: [], disordered: [] });
    expect(result.doubts.count).toBeGreaterThan(30);
  }, 1_800_000);
});
