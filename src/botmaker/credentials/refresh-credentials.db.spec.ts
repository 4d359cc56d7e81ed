import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialFleet } from '../../../test/support/credential-fleet.js';
import { idleDrain } from '../../../test/support/drain.js';
import { Role } from '../../platform/index.js';
import { RefreshCredentials } from './refresh-credentials.job.js';

const minute = 60_000;

/** A token that was issued `fromNowMs` and ends `untilMs` from now. */
function jwt(fromNowMs: number, untilMs: number): string {
  const seconds = (ms: number): number => Math.floor((Date.now() + ms) / 1000);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'HS512' })}.${encode({ iat: seconds(fromNowMs), exp: seconds(untilMs), jti: randomBytes(8).toString('hex') })}.${randomBytes(32).toString('base64url')}`;
}

let fleet: CredentialFleet;
beforeAll(async () => {
  fleet = await CredentialFleet.start();
});
afterAll(() => fleet.stop());
afterEach(async () => {
  expect(fleet.twin.violations).toEqual([]);
  await fleet.end();
});

describe('credentials that near their end', () => {
  const nearItsEnd = (): string => jwt(-60 * minute, 10 * minute);

  it('are refreshed ahead of time by one of five replicas, while sends go on', async () => {
    await fleet.begin({ accessToken: nearItsEnd() });
    const replicas = await fleet.five();
    await Promise.all([...replicas.map(({ job }) => job.look()), ...replicas.map(({ send }) => send())]);
    expect(fleet.asked).toBe(1);
    expect(fleet.sends.filter((status) => status === 202)).toHaveLength(5);
    expect((await fleet.row()).version).toBe(2);
    await Promise.all(replicas.map(({ job }) => job.look()));
    expect(fleet.asked).toBe(1);
  });

  it('are left alone by a process that runs no jobs', async () => {
    await fleet.begin({ accessToken: nearItsEnd() });
    const { credentials } = await fleet.booted();
    await new RefreshCredentials(new Role('api'), credentials, idleDrain()).look();
    expect(fleet.asked).toBe(0);
    await new RefreshCredentials(new Role('all'), credentials, idleDrain()).look();
    expect(fleet.asked).toBe(1);
  });

  it('are left alone when the end is far', async () => {
    await fleet.begin();
    const { job } = await fleet.booted();
    await job.look();
    expect(fleet.asked).toBe(0);
  });

  it('are kept and used when the refresh fails; the schedule does not ask every minute', async () => {
    await fleet.begin({ accessToken: nearItsEnd() });
    const replicas = await fleet.five();
    fleet.twin.faults.next('refresh-api-credentials', { kind: 'status', status: 500, when: 'before' });
    for (let looks = 0; looks < 3; looks++) await Promise.all(replicas.map(({ job }) => job.look()));
    expect(fleet.asked).toBe(1);
    expect(fleet.logged.filter(({ fields }) => fields.code === 'botmaker.unavailable').length).toBeGreaterThan(0);
    for (const { alarms } of replicas) expect(Object.keys(alarms.raised())).toContain('credential-refresh-failing');
    for (const { send } of replicas) expect(await send()).toMatchObject({ httpStatus: 202 });
    await fleet.rest();
    const later = await fleet.booted();
    await later.job.look();
    expect([fleet.asked, (await fleet.row()).version]).toEqual([2, 2]);
    await Promise.all(replicas.map(({ job }) => job.look()));
    for (const { alarms } of replicas) expect(alarms.raised()).toEqual({});
  });

  it('and cannot be refreshed are used to the end, and a person is told that they end soon', async () => {
    await fleet.begin({ accessToken: nearItsEnd() });
    const { job, send, alarms } = await fleet.booted({ refreshToken: null });
    await job.look();
    expect(await send()).toMatchObject({ httpStatus: 202 });
    expect([fleet.asked, fleet.errors]).toEqual([0, []]);
    expect(Object.keys(alarms.raised())).toEqual(['credential-ends-soon']);
  });
});

describe('credentials that have ended', () => {
  const ended = (): string => jwt(-60 * minute, -1 * minute);

  it('are never used: the first call already has a new token', async () => {
    await fleet.begin({ accessToken: ended() });
    const replicas = await fleet.five();
    await Promise.all(replicas.map(({ send }) => send()));
    expect([fleet.asked, fleet.sends]).toEqual([1, [202, 202, 202, 202, 202]]);
  });

  it('or may have, by a clock that differs from ours, are not used either', async () => {
    await fleet.begin({ accessToken: jwt(-60 * minute, 4 * minute) });
    const { send } = await fleet.booted();
    await send();
    expect([fleet.asked, fleet.sends]).toEqual([1, [202]]);
  });

  it('and can’t be refreshed are not used: nothing is sent, and a person is called', async () => {
    await fleet.begin({ accessToken: ended() });
    const { send, alarms } = await fleet.booted({ refreshToken: null });
    await expect(send()).rejects.toMatchObject({ kind: 'upstream-unavailable', code: 'botmaker.no-token', details: { called: false } });
    expect([fleet.sends, Object.keys(alarms.raised())]).toEqual([[], ['credential-ends-soon', 'credential-lost']]);
  });

  it.each([['no JWT', 'opaque-token'], ['a JWT without an end', `${'e30'}.${'e30'}.c2ln`], ['a JWT with an absurd end', jwt(0, 5000 * 365 * 24 * 60 * minute)]])('are not those of a token that is %s: it is used as it is', async (_what, accessToken) => {
    await fleet.begin({ accessToken });
    const { send, job, alarms } = await fleet.booted();
    await job.look();
    expect(await send()).toMatchObject({ httpStatus: 202 });
    expect([fleet.asked, alarms.raised()]).toEqual([0, {}]);
  });
});
