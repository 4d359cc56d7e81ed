import { describe, expect, it } from '@jest/globals';
import { RefusalCount } from './refusal-count.js';

const minute = 60_000;
const counted = (times: readonly number[]): RefusalCount => {
  const count = new RefusalCount();
  for (const time of times) count.note(time);
  return count;
};
const calls = (number: number, everyMs: number): number[] => Array.from({ length: number }, (_, n) => n * everyMs);

describe('refused calls', () => {
  it('are many from the twentieth in ten minutes on: long before the breaker, and at once when they come at once', () => {
    expect(counted(calls(19, 100)).areMany(1900)).toBe(false);
    expect(counted(calls(20, 100)).areMany(2000)).toBe(true);
    expect(counted(calls(20, 29_000)).areMany(20 * 29_000)).toBe(true);
  });

  it('are not many when they are spread: somebody knocks now and then', () => {
    expect(counted(calls(200, minute)).areMany(200 * minute)).toBe(false);
  });

  it('are many no longer when ten minutes have passed without them', () => {
    const count = counted(calls(500, 10));
    expect(count.areMany(5000)).toBe(true);
    expect(count.areMany(5000 + 10 * minute)).toBe(false);
  });
});
