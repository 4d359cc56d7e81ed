import { describe, expect, it } from '@jest/globals';
import type { ChatProof } from '../../botmaker/index.js';
import { afterLook, sightOf, type ReturnSight, type ReturnState, type ReturnStep } from './return.js';

const checkMs = 1000;
const proof = (more: Partial<ChatProof> = {}): ChatProof => ({ ageMs: 0, isKnown: true, agentId: null, queueId: null, isBotMuted: false, isHandedOver: false, windowClosesAt: null, ...more });

describe('what a look shows of a return', () => {
  it.each<[ChatProof | null, ReturnSight]>([
    [proof(), 'returned'],
    [proof({ isHandedOver: null }), 'returned'],
    [proof({ isKnown: false, isBotMuted: null }), 'returned'],
    [proof({ isBotMuted: true }), 'not-returned'],
    [proof({ isHandedOver: true }), 'not-returned'],
    [proof({ agentId: 'op-1', isBotMuted: true }), 'person'],
    [proof({ isBotMuted: null }), 'unseen'],
    [null, 'unseen'],
  ])('%j: %s', (seen, sight) => expect(sightOf(seen)).toBe(sight));
});

/** All that is done about a return of which every look shows the same. */
function course(sight: ReturnSight, most = 50): { steps: string[]; state: ReturnState; inMs: number } {
  const steps: string[] = [];
  const state = { triggers: 1, looks: 0, begunMs: 0 };
  for (let looked = 0; looked < most; looked++) {
    const step: ReturnStep = afterLook(state, sight, checkMs);
    steps.push(step.do);
    if (!('inMs' in step)) break;
    state.begunMs += step.inMs;
    if (step.do === 'run-again') Object.assign(state, { triggers: state.triggers + 1, looks: 0 });
    else if (step.isCounted) state.looks++;
  }
  return { steps, state, inMs: state.begunMs };
}

describe('a return', () => {
  it('that a look shows is over', () => expect(course('returned').steps).toEqual(['verified']));
  it('into which a person came is his', () => expect(course('person').steps).toEqual(['over']));

  it('that does not come about is run three times, each looked at twice, with growing pauses, and then fails', () => {
    const { steps, inMs } = course('not-returned');
    expect(steps).toEqual(['look-again', 'run-again', 'look-again', 'run-again', 'look-again', 'fail']);
    expect(inMs).toBe((2 + 2 + 4 + 3 + 6) * checkMs);
    expect(afterLook({ triggers: 3, looks: 1, begunMs: 0 }, 'not-returned', checkMs)).toEqual({ do: 'fail', isSeen: true });
  });

  it('that nobody can see is not run again, and is given up after a quarter of an hour without a word against the flow', () => {
    const { steps, state } = course('unseen', 1000);
    expect(new Set(steps)).toEqual(new Set(['look-again', 'fail']));
    expect(state.triggers).toBe(1);
    expect(state.begunMs).toBeGreaterThan(15 * 60_000);
    expect(afterLook(state, 'unseen', checkMs)).toEqual({ do: 'fail', isSeen: false });
  });
});
