import { describe, expect, it } from '@jest/globals';
import { meetingOf, mostRestarts, type BegunTurn, type DoubleTexting } from './double-texting.js';

const now = new Date('2026-03-02T14:00:00Z');
const turn = (more: Partial<BegunTurn> = {}): BegunTurn => ({ state: 'running', epoch: 1, attempts: 1, startsAt: now, leaseUntil: now, restarts: 0, effects: [], ...more });
const policies: DoubleTexting[] = ['merge', 'interrupt', 'enqueue', 'reject'];
const meetings = (given: BegunTurn): DoubleTexting[] => policies.map((policy) => meetingOf(policy, given));

describe('a message that comes while a turn is under way', () => {
  it('does what its channel wants, as long as the turn has done nothing in the world', () => {
    expect(meetings(turn())).toEqual(policies);
    expect(meetings(turn({ effects: ['failed'] }))).toEqual(policies);
  });

  it.each(['done', 'unknown'] as const)('waits where it would be merged when an effect is %s; an interruption takes the effect along', (state) => {
    expect(meetings(turn({ effects: ['failed', state] }))).toEqual(['enqueue', 'interrupt', 'enqueue', 'reject']);
  });

  it('cuts off no effect that is being had, whatever the policy', () => {
    expect(meetings(turn({ effects: ['done', 'begun'] }))).toEqual(['enqueue', 'enqueue', 'enqueue', 'reject']);
  });

  it('waits for a turn that may only be ended, and when the customer has restarted it often enough', () => {
    const waits: DoubleTexting[] = ['enqueue', 'enqueue', 'enqueue', 'reject'];
    expect(meetings(turn({ attempts: 3 }))).toEqual(waits);
    expect(meetings(turn({ restarts: mostRestarts - 1 }))).toEqual(policies);
    expect(meetings(turn({ restarts: mostRestarts }))).toEqual(waits);
  });
});
