import { afterAll, describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { chosenSeed } from './rig/prng.js';
import { manners, type MannersResult } from './scenarios/manners.js';

const first = chosenSeed();
const rounds = Number(process.env['CHAOS_ROUNDS'] || 10);
const results: MannersResult[] = [];

afterAll(() => keepEvidence('manners', { seed: first, runs: results }));

describe('customers, an operator, the flow and crashes, in an order that the seed draws', () => {
  it.each(Array.from({ length: rounds }, (_, round) => first + round))('never make us answer twice, talk over a person, or leave a muted chat to nobody (CHAOS_SEED=%i)', async (seed) => {
    const result = await manners({ seed, chats: 5, steps: 25 });
    results.push(result);
    const { lost, duplicated, disordered, unexpected } = result.verdict;
    expect({ lost, duplicated, disordered, unexpected, talkedOver: result.talkedOver, unheld: result.unheld }).toEqual({ lost: [], duplicated: [], disordered: [], unexpected: [], talkedOver: [], unheld: [] });
  }, 1_200_000);
});
