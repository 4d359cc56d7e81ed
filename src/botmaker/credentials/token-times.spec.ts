import { describe, expect, it } from '@jest/globals';
import { hasEnded, isRefreshDue, restMs, tokenTimes } from './token-times.js';

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown, header: unknown = { alg: 'HS512' }): string => [encode(header), encode(claims), 'c2lnbmF0dXJl'].join('.');
const none = { issuedAt: null, expiresAt: null };
const at = (text: string): Date => new Date(text);

describe('the times of a token', () => {
  it('are its claims, in seconds', () => {
    expect(tokenTimes(jwt({ businessId: 'acmebot', iat: 1_700_000_000, exp: 1_857_680_000 }))).toEqual({ issuedAt: new Date(1_700_000_000_000), expiresAt: new Date(1_857_680_000_000) });
    expect(tokenTimes(jwt({ exp: 1_857_680_000 }))).toEqual({ issuedAt: null, expiresAt: new Date(1_857_680_000_000) });
  });

  it('are read whatever the algorithm says: the token is Botmaker’s to verify, and opaque to us', () => {
    expect(tokenTimes(jwt({ exp: 1_857_680_000 }, { alg: 'none' })).expiresAt).toEqual(new Date(1_857_680_000_000));
    expect(tokenTimes(`${encode('not json')}.${encode({ exp: 1_857_680_000 })}`).expiresAt).toEqual(new Date(1_857_680_000_000));
  });

  it.each([
    ['no JWT', 'opaque-token'],
    ['empty', ''],
    ['only dots', '..'],
    ['masked', 'eyJhbGciOiJIUzUxMiJ9.***.***'],
    ['claims that are no JSON', `a.${encode('{"exp":')}.c`],
    ['claims that are null', jwt('null')],
    ['claims that are a list', jwt([1_857_680_000])],
    ['claims that are a text', jwt('"exp"')],
    ['no claims', jwt({})],
    ['claims cut in half', jwt({ exp: 1_857_680_000 }).slice(0, 30)],
    ['claims with bytes that are no text', `a.${Buffer.from([0xff, 0xfe, 0x00]).toString('base64url')}.c`],
  ])('are unknown for a token that is %s', (_what, token) => {
    expect(tokenTimes(token)).toEqual(none);
  });

  it.each([['a text', '1857680000'], ['negative', -1], ['zero', 0], ['in milliseconds', 1_857_680_000_000], ['huge', 1e300], ['before there was Botmaker', 1_000_000_000], ['null', null], ['a list', [1]], ['true', true]])(
    'are unknown when exp is %s: no schedule is built on it',
    (_what, exp) => {
      expect(tokenTimes(jwt({ exp })).expiresAt).toBeNull();
    },
  );

  it('are unknown when exp is too big for a number', () => {
    expect(tokenTimes(`a.${encode('{"exp":1e999}')}.c`)).toEqual(none);
  });

  it('are found in a token of any length without delay', () => {
    expect(tokenTimes(jwt({ exp: 1_857_680_000, pad: 'x'.repeat(1_000_000) })).expiresAt).not.toBeNull();
  });
});

describe('a refresh', () => {
  const issued = at('2026-01-01T00:00:00Z');
  it.each<[string, string, string | null, boolean]>([
    ['never due for a token without an end', '2040-01-01T00:00:00Z', null, false],
    ['not due in the middle of five years', '2028-01-01T00:00:00Z', '2031-01-01T00:00:00Z', false],
    ['not due 31 days before the end', '2030-12-01T00:00:00Z', '2031-01-01T00:00:00Z', false],
    ['due 30 days before the end', '2030-12-02T00:00:00Z', '2031-01-01T00:00:00Z', true],
    ['due after the end', '2031-06-01T00:00:00Z', '2031-01-01T00:00:00Z', true],
    ['not due after four fifths of an hour, less a second', '2026-01-01T00:47:59Z', '2026-01-01T01:00:00Z', false],
    ['due in the last fifth of an hour', '2026-01-01T00:48:00Z', '2026-01-01T01:00:00Z', true],
    ['due for a token that ended before it was issued', '2026-01-01T00:00:00Z', '2025-12-31T00:00:00Z', true],
    ['not due before such an end', '2025-12-30T00:00:00Z', '2025-12-31T00:00:00Z', false],
  ])('is %s', (_what, now, expiresAt, isDue) => {
    expect(isRefreshDue(at(now), issued, expiresAt === null ? null : at(expiresAt))).toBe(isDue);
  });
});

describe('a token has ended', () => {
  const issued = at('2026-01-01T00:00:00Z');
  it.each<[string, string, string | null, boolean]>([
    ['never when it does not say', '2040-01-01T00:00:00Z', null, false],
    ['not six minutes before its end', '2030-12-31T23:54:00Z', '2031-01-01T00:00:00Z', false],
    ['five minutes before its end: another clock may be ahead', '2030-12-31T23:55:00Z', '2031-01-01T00:00:00Z', true],
    ['after its end', '2031-06-01T00:00:00Z', '2031-01-01T00:00:00Z', true],
    ['not in the first eleven twelfths of half an hour', '2026-01-01T00:27:29Z', '2026-01-01T00:30:00Z', false],
    ['in the last twelfth of half an hour', '2026-01-01T00:27:30Z', '2026-01-01T00:30:00Z', true],
    ['at its end when that lies before its beginning', '2025-12-31T00:00:00Z', '2025-12-31T00:00:00Z', true],
  ])('%s', (_what, now, expiresAt, is) => {
    expect(hasEnded(at(now), issued, expiresAt === null ? null : at(expiresAt))).toBe(is);
  });
});

describe('the rest after a request for a new pair', () => {
  const now = at('2026-01-01T00:00:00Z');
  it.each([['a month', 30 * 24 * 60, 60], ['a day', 24 * 60, 60], ['ten hours', 600, 30], ['an hour', 60, 3], ['five minutes', 5, 0.5], ['no time', 0, 0.5]])(
    'is long while the token lives for %s (%d minutes: %d)',
    (_what, leftMinutes, minutes) => {
      expect(restMs(now, new Date(now.getTime() + leftMinutes * 60_000), 1)).toBe(minutes * 60_000);
    },
  );

  it.each([[1, 10], [2, 20], [3, 40], [6, 300], [5000, 300]])('is short without a token that may be used: after %i failures %i seconds', (failures, seconds) => {
    expect(restMs(now, null, failures)).toBe(seconds * 1000);
  });
});
