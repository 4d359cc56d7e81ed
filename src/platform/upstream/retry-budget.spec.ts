import { describe, expect, it } from '@jest/globals';
import { creditEveryMs, RetryBudget } from './retry-budget.js';

/** Takes as many as it gives at one moment. */
function takenAt(budget: RetryBudget, now: number): number {
  let taken = 0;
  while (budget.take(now)) taken++;
  return taken;
}

function firsts(budget: RetryBudget, count: number): void {
  for (let n = 0; n < count; n++) budget.noteFirst();
}

describe('a retry budget', () => {
  it('lets a new process retry a little before it has earned anything', () => {
    expect(takenAt(new RetryBudget(), 0)).toBe(4);
  });

  it('is worth one retry for ten first attempts, and not less', () => {
    const budget = new RetryBudget();
    takenAt(budget, 0);
    firsts(budget, 20);
    expect(takenAt(budget, 1)).toBe(1);
    firsts(budget, 100);
    expect(takenAt(budget, 2)).toBe(10);
  });

  it('does not save up for a storm', () => {
    const budget = new RetryBudget();
    firsts(budget, 100_000);
    expect(takenAt(budget, 0)).toBeLessThanOrEqual(101);
  });

  it('lets a system that is quiet retry once in a while, for ever', () => {
    const budget = new RetryBudget();
    takenAt(budget, 0);
    for (let round = 1; round <= 500; round++) {
      expect([takenAt(budget, round * creditEveryMs - 1), takenAt(budget, round * creditEveryMs)]).toEqual([0, 1]);
    }
  });

  it.each([[1], [5], [10], [50], [350]])('keeps all attempts within 1.1 of %i first ones a second when everything fails and everybody retries, save for its floor', (perSecond) => {
    const budget = new RetryBudget();
    const [seconds, step] = [600, 1000 / perSecond];
    let [first, retried] = [0, 0];
    for (let now = 0; now < seconds * 1000; now += step) {
      budget.noteFirst();
      first++;
      retried += takenAt(budget, now);
    }
    expect(retried).toBeLessThanOrEqual(Math.max(first / 10, (seconds * 1000) / creditEveryMs) + 6);
    expect(retried).toBeGreaterThanOrEqual(first / 10);
  });
});
