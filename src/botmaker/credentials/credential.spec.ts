import { describe, expect, it } from '@jest/globals';
import { AppError, type ErrorKind } from '../../platform/index.js';
import { mayStore, mayUse, nextStep, outcomeOf, type CredentialFacts, type Refresh, type RefreshOutcome, type SecretName } from './credential.js';

const now = new Date('2026-06-01T12:00:00Z');
const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const from = (ms: number): Date => new Date(now.getTime() + ms);

const all: SecretName[] = ['pair', 'bootstrap', 'environment'];
const healthy: CredentialFacts = { version: 3, since: from(-300 * day), expiresAt: from(4 * 365 * day), isRefused: false, secrets: all, refreshes: [] };
const due = { since: from(-340 * day), expiresAt: from(20 * day) };
const ended = { since: from(-365 * day), expiresAt: from(-day) };

let ids = 0;
/** A refresh that began so long ago, of the version in force. */
const refresh = (agoMs: number, outcome: RefreshOutcome | null, more: Partial<Refresh> = {}): Refresh => ({
  id: ++ids, fromVersion: 3, secret: 'pair', startedAt: from(-agoMs), deadlineAt: from(20 * second - agoMs), outcome, ...more,
});
const step = (more: Partial<CredentialFacts>): unknown => nextStep({ ...healthy, ...more }, now);

describe('what is to be done about a credential', () => {
  it('is nothing while its token works and its end is far, or not known', () => {
    expect([step({}), step({ expiresAt: null }), step({ secrets: [] })]).toEqual([{ kind: 'use' }, { kind: 'use' }, { kind: 'use' }]);
  });

  it.each([['nears its end', due], ['has ended', ended], ['was refused', { isRefused: true }]])('is to ask for a new pair when its token %s', (_what, state) => {
    expect(step(state)).toEqual({ kind: 'refresh', secret: 'pair' });
  });

  it('is to wait for another that asks, and to go on with the token meanwhile if that works', () => {
    const refreshes = [refresh(5 * second, null)];
    expect(step({ isRefused: true, refreshes })).toEqual({ kind: 'wait', ms: 15 * second, for: 'another' });
    expect(step({ ...due, refreshes })).toEqual({ kind: 'use' });
  });

  it('is to ask again when the other one died: first with the pair that we hold, which may still work', () => {
    expect(step({ isRefused: true, refreshes: [refresh(25 * second, null)] })).toEqual({ kind: 'refresh', secret: 'pair' });
  });

  it('is to try the next secret at once when one was refused, and a person when none is left', () => {
    const refused = (...secrets: SecretName[]): Refresh[] => secrets.map((secret) => refresh(10 * minute, 'refused', { secret }));
    expect(step({ isRefused: true, refreshes: refused('pair') })).toEqual({ kind: 'refresh', secret: 'bootstrap' });
    expect(step({ isRefused: true, refreshes: refused('pair', 'bootstrap') })).toEqual({ kind: 'refresh', secret: 'environment' });
    expect(step({ isRefused: true, refreshes: refused(...all) })).toEqual({ kind: 'lost' });
    expect(step({ isRefused: true, secrets: ['pair'], refreshes: refused('pair') })).toEqual({ kind: 'lost' });
    expect(step({ isRefused: true, secrets: [] })).toEqual({ kind: 'lost' });
  });

  it('is nothing while the token works, whatever became of its refresh', () => {
    for (const refreshes of [all.map((secret) => refresh(minute, 'refused', { secret })), [refresh(minute, 'failed')], [refresh(minute, null)]]) expect(step({ ...due, refreshes })).toEqual({ kind: 'use' });
  });

  it('is to try all secrets again after an hour: a refusal may have been a mistake', () => {
    expect(step({ isRefused: true, refreshes: all.map((secret) => refresh(61 * minute, 'refused', { secret })) })).toEqual({ kind: 'refresh', secret: 'pair' });
  });

  it('does not take refusals of an earlier version for those of this one', () => {
    expect(step({ isRefused: true, refreshes: all.map((secret) => refresh(10 * minute, 'refused', { secret, fromVersion: 2 })) })).toEqual({ kind: 'refresh', secret: 'pair' });
  });

  it('is to rest after a failure, longer each time', () => {
    expect(step({ isRefused: true, refreshes: [refresh(4 * second, 'failed')] })).toEqual({ kind: 'wait', ms: 6 * second, for: 'rest' });
    expect(step({ isRefused: true, refreshes: [refresh(11 * second, 'failed')] })).toEqual({ kind: 'refresh', secret: 'pair' });
    expect(step({ isRefused: true, refreshes: [refresh(60 * second, 'failed'), refresh(11 * second, 'failed')] })).toEqual({ kind: 'wait', ms: 9 * second, for: 'rest' });
  });

  it('is never a fourth request in a minute, whatever the other three were', () => {
    const three = [refresh(60 * second, 'done', { fromVersion: 1 }), refresh(40 * second, 'done', { fromVersion: 2 }), refresh(30 * second, 'refused')];
    expect(step({ isRefused: true, refreshes: three })).toMatchObject({ kind: 'wait', for: 'rest' });
    expect(step({ isRefused: true, refreshes: three.map((one) => ({ ...one, startedAt: new Date(one.startedAt.getTime() - 46 * second) })) })).toMatchObject({ kind: 'refresh' });
  });
});

describe('a token', () => {
  it('may be used until it ends or is refused, and not a moment longer', () => {
    expect([mayUse(healthy, now), mayUse({ ...healthy, ...due }, now)]).toEqual([true, true]);
    expect([mayUse({ ...healthy, ...ended }, now), mayUse({ ...healthy, isRefused: true }, now)]).toEqual([false, false]);
  });
});

describe('a refresh that has ended', () => {
  it('stores its pair unless a later one has, or the environment was changed after it began', () => {
    expect([mayStore(7, { refreshId: 6 }), mayStore(7, { refreshId: 7 }), mayStore(7, { refreshId: 9 })]).toEqual([true, false, false]);
  });

  it.each<[ErrorKind, 'failed' | 'refused']>([
    ['unauthenticated', 'refused'], ['forbidden', 'refused'], ['upstream-rejected', 'refused'], ['not-found', 'refused'],
    ['rate-limited', 'failed'], ['upstream-unavailable', 'failed'], ['bug', 'failed'], ['shutdown', 'failed'],
  ])('with %s has %s', (kind, outcome) => {
    expect(outcomeOf(new AppError(kind, 'test.scripted', 'as scripted'))).toBe(outcome);
  });
});
