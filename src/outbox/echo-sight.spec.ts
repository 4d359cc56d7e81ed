import { describe, expect, it } from '@jest/globals';
import { echoSample, isBlind, isDoubtTooShort } from './echo-sight.js';

describe('the echoes', () => {
  it('count as gone when none of the last messages had one, not when there were too few to tell', () => {
    expect(isBlind({ accepted: echoSample, echoedBy: {}, slowestMs: null })).toBe(true);
    expect(isBlind({ accepted: echoSample - 1, echoedBy: {}, slowestMs: null })).toBe(false);
    expect(isBlind({ accepted: echoSample, echoedBy: { text: 1 }, slowestMs: 5 })).toBe(false);
  });

  it('come too late when one took more than half of the doubt', () => {
    const late = (slowestMs: number | null): boolean => isDoubtTooShort({ accepted: 1, echoedBy: { payload: 1 }, slowestMs }, 60_000);
    expect([late(null), late(30_000), late(30_001)]).toEqual([false, false, true]);
  });
});
