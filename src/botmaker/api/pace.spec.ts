import { describe, expect, it } from '@jest/globals';
import { mostIn } from '../../../test/support/test-limits.js';
import { apiOperations, type OperationName } from './operations.js';
import { OwnBucket, paceOf } from './pace.js';

const operations = Object.keys(apiOperations) as OperationName[];
const windows = 8;

/** When calls leave that always wait, each later than its slot by as much as it may be; `parts` buckets that share the limit. */
function departures(operation: OperationName, parts: number, latenessOf: () => number): number[] {
  const { limit } = apiOperations[operation];
  const pace = paceOf(limit, parts);
  return Array.from({ length: parts }, () => {
    const bucket = new OwnBucket(pace);
    const times: number[] = [];
    for (let now = 0; now < windows * limit.perMs; ) {
      const { slots, startsInMs } = bucket.reserve(now, 1, 100 * limit.perMs);
      if (slots === 0) throw new Error('no slot at all');
      now += Math.max(0, startsInMs);
      times.push(now + latenessOf());
    }
    return times;
  }).flat().sort((a, b) => a - b);
}

describe('a pace', () => {
  const cases = operations.flatMap((operation) => [1, 2, 3, 10].map((parts) => [operation, parts] as const));

  it.each(cases)('of %s in %i part(s) keeps every window within the limit, however late each call leaves', (operation, parts) => {
    const { calls, perMs } = apiOperations[operation].limit;
    // With more parts than calls only the average holds: said so where the parts are made.
    if (parts > calls) return;
    const { latest } = paceOf(apiOperations[operation].limit);
    let seed = 1;
    const drawn = (): number => ((seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647) * latest;
    for (const latenessOf of [() => 0, drawn, () => (drawn() > latest / 2 ? latest : 0)]) {
      expect(mostIn(perMs, departures(operation, parts, latenessOf))).toBeLessThanOrEqual(calls);
    }
  });

  it.each(operations)('of %s lets most of the limit go: it must not be the bottleneck', (operation) => {
    const { calls } = apiOperations[operation].limit;
    expect(departures(operation, 1, () => 0).length).toBeGreaterThan(windows * calls * 0.75);
  });

  it('reserves no slot that begins too late, and loses none by refusing', () => {
    const bucket = new OwnBucket(paceOf(apiOperations['list-search-chats'].limit));
    expect(bucket.reserve(0, 5, 100)).toEqual({ slots: 1, startsInMs: 0 });
    const refused = bucket.reserve(10, 5, 100);
    expect(refused.slots).toBe(0);
    expect(bucket.reserve(10, 5, 100)).toEqual(refused);
    expect(bucket.reserve(refused.startsInMs, 1, 100).slots).toBe(1);
  });
});
