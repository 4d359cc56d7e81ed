import { describe, expect, it } from '@jest/globals';
import { silentSince } from './silence.js';

const minute = 60_000;
const at = (minutes: number): Date => new Date(Date.UTC(2026, 2, 2, 12) + minutes * minute);
const gap = (from: number, until: number): { from: Date; until: Date } => ({ from: at(from), until: at(until) });

describe('a silence of the webhook', () => {
  it('is odd when many calls should have come in it', () => {
    expect(silentSince([gap(5, 15)], 300, 20 * minute)).toEqual(at(5));
  });

  it('is everyday at night, when little comes anyway', () => {
    expect(silentSince([gap(5, 15)], 4, 20 * minute)).toBeNull();
  });

  it('is everyday when it is short', () => {
    expect(silentSince([gap(5, 5.5)], 30_000, 20 * minute)).toBeNull();
  });

  it('counts from the first of several', () => {
    expect(silentSince([gap(12, 14), gap(4, 6)], 300, 20 * minute)).toEqual(at(4));
  });

  it('says nothing of an account in which nothing came at all: there each lost message shows by itself', () => {
    expect(silentSince([gap(0, 20)], 0, 20 * minute)).toBeNull();
  });
});
