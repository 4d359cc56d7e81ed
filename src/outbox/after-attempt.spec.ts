import { describe, expect, it } from '@jest/globals';
import type { ErrorKind } from '../platform/index.js';
import { afterAttempt, retryDelayMs, tryForMs, type Failure } from './after-attempt.js';

const doubtMs = 60_000;
const failure = (kind: ErrorKind, more: Partial<Failure> = {}): Failure => ({ kind, code: 'x.y', httpStatus: null, wasCalled: true, notBeforeMs: 0, ...more });
const after = (kind: ErrorKind, plannedMs = 0): string => afterAttempt({ plannedMs, attempt: 1 }, failure(kind), doubtMs, 0).kind;

describe('an attempt that failed', () => {
  it.each<[ErrorKind, string]>([
    ['upstream-unavailable', 'retrying'],
    ['rate-limited', 'retrying'],
    ['unauthenticated', 'retrying'],
    ['upstream-rejected', 'rejected'],
    ['forbidden', 'rejected'],
    ['not-found', 'rejected'],
    ['invalid', 'rejected'],
    ['outcome-unknown', 'in-doubt'],
    ['bug', 'in-doubt'],
  ])('with %s is %s: only what was surely not sent is tried again', (kind, outcome) => expect(after(kind)).toBe(outcome));

  it('is not tried again for ever, but a doubt stays a doubt however old the message is', () => {
    expect([after('rate-limited', tryForMs - 1), after('rate-limited', tryForMs), after('outcome-unknown', 10 * tryForMs)]).toEqual(['retrying', 'rejected', 'in-doubt']);
  });

  it('in doubt is held for the whole doubt', () => {
    expect(afterAttempt({ plannedMs: 0, attempt: 1 }, failure('outcome-unknown', { httpStatus: 500 }), doubtMs, 0)).toEqual({ kind: 'in-doubt', code: 'x.y', httpStatus: 500, holdMs: doubtMs });
  });

  it('because Botmaker rests waits until it no longer does, and is not counted', () => {
    const rests = failure('upstream-unavailable', { wasCalled: false, notBeforeMs: 30_000 });
    const inMs = (random: number): unknown => afterAttempt({ plannedMs: 0, attempt: 1 }, rests, doubtMs, random);
    expect(inMs(0)).toMatchObject({ kind: 'retrying', inMs: 30_000, wasCalled: false });
    expect(inMs(0.5)).toMatchObject({ inMs: 45_000 });
  });
});

describe('the wait before another try', () => {
  const attempts = Array.from({ length: 48 }, (_, index) => index + 1);

  it('doubles from one second up to a minute, and is drawn from the upper half', () => {
    for (const attempt of attempts) {
      const ceiling = Math.min(1000 * 2 ** (attempt - 1), 60_000);
      expect(retryDelayMs(attempt, 0)).toBe(ceiling / 2);
      expect(retryDelayMs(attempt, 0.999_999)).toBeLessThanOrEqual(ceiling);
      expect(Number.isInteger(retryDelayMs(attempt, 0.1234))).toBe(true);
    }
  });

  it('differs between two messages that failed together', () => {
    const drawn = new Set(Array.from({ length: 200 }, () => retryDelayMs(6, Math.random())));
    expect(drawn.size).toBeGreaterThan(100);
  });
});

describe('an attempt to mute the bot', () => {
  it('is simply tried again when nobody knows what became of it: muted twice is muted once', () => {
    const harmless = { plannedMs: 0, attempt: 1, isHarmless: true };
    expect(['outcome-unknown', 'bug', 'upstream-unavailable'].map((kind) => afterAttempt(harmless, failure(kind as ErrorKind), doubtMs, 0).kind)).toEqual(['retrying', 'retrying', 'retrying']);
    expect(afterAttempt(harmless, failure('upstream-rejected'), doubtMs, 0).kind).toBe('rejected');
  });
});
