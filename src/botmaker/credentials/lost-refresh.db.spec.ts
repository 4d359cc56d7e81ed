import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialFleet, type Replica } from '../../../test/support/credential-fleet.js';
import { mostIn } from '../../../test/support/test-limits.js';

/*
 * Botmaker issued a new pair, and the process that asked for it is gone before it was stored. Whether the old pair still
 * works is Botmaker's choice and not documented: each choice, and what is left of us.
 */
let fleet: CredentialFleet;
beforeAll(async () => {
  fleet = await CredentialFleet.start();
});
afterAll(() => fleet.stop());
afterEach(async () => {
  expect(fleet.twin.violations).toEqual([]);
  await fleet.end();
});

/** The replica asks because its token was refused, gets a pair, and dies; the others find its row past its deadline. */
async function dieAfterIssue(replica: Replica): Promise<void> {
  const { version } = (await replica.store.read())!;
  fleet.twin.expireAccessToken();
  await fleet.issued(replica, version);
  await fleet.pass(30);
}

const raised = ({ alarms }: Replica): string[] => Object.keys(alarms.raised());

describe('a pair that was issued and lost', () => {
  it('is replaced with the old pair, when that still works', async () => {
    await fleet.begin({ rotation: { oldRefreshToken: 'lives' } });
    const [one, other] = await fleet.five();
    await dieAfterIssue(one!);
    expect(await other!.send()).toMatchObject({ httpStatus: 202 });
    expect(await fleet.row()).toMatchObject({ version: 2, source: 'refresh' });
    expect([fleet.asked, raised(other!)]).toEqual([2, []]);
  });

  it('is no harm while the old access token works: sends go on, and a person is told that the refresh fails', async () => {
    await fleet.begin({ rotation: { oldAccessToken: 'lives' } });
    const [one, other] = await fleet.five();
    await fleet.issued(one!, 1);
    await fleet.pass(30);
    for (let sends = 0; sends < 5; sends++) expect(await other!.send()).toMatchObject({ httpStatus: 202 });
    await other!.job.look();
    expect([fleet.asked, raised(other!)]).toEqual([1, ['credential-refresh-failing']]);
  });

  it('is replaced with the secret of the environment, when the old pair died and that one lives', async () => {
    await fleet.begin({ rotation: { firstRefreshToken: 'lives' } });
    const { accessToken, refreshToken, secretId } = fleet.twin.credentials;
    const environment = { accessToken, refreshToken, secretId };
    const [one, other] = await fleet.five(environment);
    fleet.twin.expireAccessToken();
    await one!.send();
    await fleet.rest();
    await dieAfterIssue(one!);
    expect(await other!.send()).toMatchObject({ httpStatus: 202 });
    expect(await fleet.row()).toMatchObject({ version: 3, source: 'refresh' });
    expect(await fleet.refreshes()).toEqual(['pair done', 'pair null', 'pair refused', 'bootstrap done']);
    expect(raised(other!)).toEqual([]);
  });

  it('and nothing that works any more: nothing is sent, a person is called, and a new token in the environment ends it', async () => {
    await fleet.begin();
    const [one, other] = await fleet.five();
    await dieAfterIssue(one!);
    await expect(other!.send()).rejects.toMatchObject({ code: 'botmaker.token-refused' });
    expect(raised(other!)).toEqual(['credential-refresh-failing', 'credential-lost']);
    expect(await fleet.refreshes()).toEqual(['pair null', 'pair refused']);
    const { accessToken, refreshToken } = fleet.twin.credentials;
    await fleet.booted({ accessToken, refreshToken });
    expect(await other!.send()).toMatchObject({ httpStatus: 202 });
    await other!.job.look();
    expect(raised(other!)).toEqual([]);
  });

  it('is waited for while its process may still live: nobody else asks before its deadline', async () => {
    await fleet.begin({ rotation: { oldRefreshToken: 'lives' } });
    const [one, other] = await fleet.five();
    fleet.twin.expireAccessToken();
    const { refreshId, pair } = await fleet.issued(one!, 1);
    const sending = other!.send();
    expect(await one!.refreshes.store(refreshId, pair)).toBe('done');
    expect(await sending).toMatchObject({ httpStatus: 202 });
    expect([fleet.asked, (await fleet.row()).version]).toEqual([1, 2]);
  });
});

describe('a process that was asleep between the issue of its pair and its store', () => {
  it('does not overwrite the pair of a later refresh', async () => {
    await fleet.begin({ rotation: { oldRefreshToken: 'lives' } });
    const [sleeper, other] = await fleet.five();
    fleet.twin.expireAccessToken();
    const { refreshId, pair } = await fleet.issued(sleeper!, 1);
    await fleet.pass(30);
    await other!.send();
    const stored = await fleet.row();
    expect(await sleeper!.refreshes.store(refreshId, pair)).toBe('superseded');
    expect(await fleet.row()).toEqual(stored);
    expect(await fleet.refreshes()).toEqual(['pair superseded', 'pair done']);
  });

  it('does not overwrite what a person put into the environment meanwhile', async () => {
    await fleet.begin();
    const [sleeper] = await fleet.five();
    fleet.twin.expireAccessToken();
    const { refreshId, pair } = await fleet.issued(sleeper!, 1);
    await fleet.booted({ accessToken: 'by-hand', refreshToken: 'by-hand-too' });
    expect(await sleeper!.refreshes.store(refreshId, pair)).toBe('superseded');
    expect(await sleeper!.store.read()).toMatchObject({ version: 2, accessToken: 'by-hand' });
  });

  it('saves the day when the others found no secret that works', async () => {
    await fleet.begin();
    const [sleeper, other] = await fleet.five();
    fleet.twin.expireAccessToken();
    const { refreshId, pair } = await fleet.issued(sleeper!, 1);
    await fleet.pass(30);
    await expect(other!.send()).rejects.toMatchObject({ code: 'botmaker.token-refused' });
    expect(await sleeper!.refreshes.store(refreshId, pair)).toBe('done');
    expect(await other!.send()).toMatchObject({ httpStatus: 202 });
  });
});

describe('requests for a new pair', () => {
  it('are never more than three in a minute, by Botmaker’s clock, however long they fail and however many ask', async () => {
    await fleet.begin();
    const replicas = await fleet.five();
    fleet.twin.expireAccessToken();
    fleet.twin.faults.decideBy((operation) => (operation === 'refresh-api-credentials' ? { kind: 'status', status: 500, when: 'before' } : undefined));
    for (let passed = 0; passed < 360; passed += 8) {
      await Promise.allSettled(replicas.map(({ credentials }) => credentials.replaceRefused(1)));
      await fleet.pass(8);
    }
    const times = fleet.twin.calls.filter(({ operation }) => operation === 'refresh-api-credentials').map(({ at }) => at.getTime());
    expect(times.length).toBeGreaterThan(3);
    expect(mostIn(60_000, times)).toBeLessThanOrEqual(3);
    expect(fleet.refreshStatuses).not.toContain(429);
  }, 90_000);
});
