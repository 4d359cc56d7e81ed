import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialFleet } from '../../../test/support/credential-fleet.js';
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
  const nearItsEnd = (): string => jwt(-60 * minute, 5 * minute);

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

  it('are left alone by a process that runs no jobs, and when the end is far', async () => {
    await fleet.begin();
    const { credentials, job } = await fleet.booted();
    await job.look();
    await new RefreshCredentials(new Role('api'), { now: () => new Date('2100-01-01') }, credentials).look();
    expect(fleet.asked).toBe(0);
    await new RefreshCredentials(new Role('all'), { now: () => new Date('2100-01-01') }, credentials).look();
    expect(fleet.asked).toBe(1);
  });

  it('are kept and used when the refresh fails; the schedule does not ask every minute', async () => {
    await fleet.begin({ accessToken: nearItsEnd() });
    const replicas = await fleet.five();
    fleet.twin.faults.next('refresh-api-credentials', { kind: 'status', status: 500, when: 'before' });
    for (let looks = 0; looks < 3; looks++) await Promise.all(replicas.map(({ job }) => job.look()));
    expect(fleet.asked).toBe(1);
    expect(fleet.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
    for (const { send } of replicas) expect(await send()).toMatchObject({ httpStatus: 202 });
    await fleet.rest();
    const later = await fleet.booted();
    await later.job.look();
    expect([fleet.asked, (await fleet.row()).version]).toEqual([2, 2]);
  });

  it('and cannot be refreshed are kept in silence: health says that they near their end', async () => {
    await fleet.begin({ accessToken: nearItsEnd() });
    const { job, send } = await fleet.booted({ refreshToken: null });
    await job.look();
    expect(await send()).toMatchObject({ httpStatus: 202 });
    expect([fleet.asked, fleet.logged]).toEqual([0, []]);
  });
});
