import { describe, expect, it } from '@jest/globals';
import { manners } from './scenarios/manners.js';

const seed = Number(process.env['CHAOS_SEED'] || 11);

describe(`customers, an operator, the flow and crashes, in an order that the seed draws (CHAOS_SEED=${seed})`, () => {
  it('never make us answer twice, talk over a person, or leave a muted chat to nobody', async () => {
    const { verdict, talkedOver, unheld, steps, blows } = await manners({ seed, chats: 4, steps: 14 });
    const { lost, duplicated, disordered, unexpected } = verdict;
    expect({ lost, duplicated, disordered, unexpected, talkedOver, unheld }).toEqual({ lost: [], duplicated: [], disordered: [], unexpected: [], talkedOver: [], unheld: [] });
    // A story in which nobody takes a chat, or nobody is killed, proves nothing.
    expect(steps['takes'] ?? 0).toBeGreaterThan(0);
    expect(verdict.ends['answered']).toBeGreaterThan(10);
    expect(blows.kill).toBeGreaterThan(0);
  }, 600_000);
});
