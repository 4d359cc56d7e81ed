import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialFleet } from '../../../test/support/credential-fleet.js';
import type { Fault } from '../../../test/support/twin.js';

let fleet: CredentialFleet;
beforeAll(async () => {
  fleet = await CredentialFleet.start();
});
afterAll(() => fleet.stop());
afterEach(async () => {
  expect(fleet.twin.violations).toEqual([]);
  await fleet.end();
});

describe('credentials at boot', () => {
  it('are stored sealed: neither token nor any part of it is in the row, in a dump or in the log', async () => {
    await fleet.begin();
    await fleet.booted();
    const { sealed, version, source, expiresAt } = await fleet.row();
    expect({ version, source }).toEqual({ version: 1, source: 'environment' });
    expect(expiresAt!.getTime()).toBeGreaterThan(Date.now() + 4 * 365 * 86_400_000);
    const [dump] = await fleet.prisma.$queryRaw<{ text: string }[]>`SELECT string_agg(line, E'\n') AS text FROM (SELECT credential::text AS line FROM credential UNION ALL SELECT entry::text FROM entry) AS lines`;
    const bytes = Buffer.from(sealed);
    const { accessToken, refreshToken } = fleet.twin.credentials;
    for (const part of [...accessToken.split('.'), ...refreshToken.split('.')]) {
      expect(bytes.includes(part) || bytes.includes(Buffer.from(part, 'base64url'))).toBe(false);
      expect(dump!.text.includes(part) || dump!.text.includes(Buffer.from(part).toString('hex'))).toBe(false);
    }
    expect(await fleet.entries()).toEqual(['token.stored']);
  });

  it('are what a second boot finds, once, also when five boot together', async () => {
    await fleet.begin();
    const replicas = await fleet.five();
    expect((await fleet.row()).version).toBe(1);
    expect(await fleet.entries()).toEqual(['token.stored']);
    for (const { credentials } of replicas) expect((await credentials.current()).accessToken).toBe(fleet.twin.credentials.accessToken);
  });

  it('become a new version when the environment was changed, and only then', async () => {
    await fleet.begin();
    await fleet.booted({ accessToken: 'first' });
    const second = await fleet.booted({ accessToken: 'second' });
    await fleet.booted({ accessToken: 'second' });
    expect(await second.credentials.current()).toMatchObject({ version: 2, accessToken: 'second' });
    await fleet.booted({ accessToken: 'second', refreshToken: 'other' });
    expect((await fleet.row()).version).toBe(3);
  });

  it('that were refreshed are kept over those of the environment, which are the older ones', async () => {
    await fleet.begin({ rateLimits: 'off' });
    const environment = { accessToken: fleet.twin.credentials.accessToken, refreshToken: fleet.twin.credentials.refreshToken };
    const before = await fleet.booted(environment);
    fleet.twin.expireAccessToken();
    await before.send();
    const after = await fleet.booted(environment);
    expect(await after.credentials.current()).toMatchObject({ version: 2, accessToken: fleet.twin.credentials.accessToken });
    await after.send();
    expect(fleet.asked).toBe(1);
  });

  it('stop the boot when the encryption key is another one', async () => {
    await fleet.begin();
    await fleet.booted();
    await expect(fleet.booted({ key: randomBytes(32).toString('base64') })).rejects.toMatchObject({ code: 'credential.key-changed' });
  });
});

describe('credentials that are refused', () => {
  it('are refreshed once, and the call is made once more', async () => {
    await fleet.begin();
    const { send, credentials } = await fleet.booted();
    fleet.twin.expireAccessToken();
    expect(await send()).toMatchObject({ httpStatus: 202 });
    expect([fleet.sends, fleet.asked]).toEqual([[401, 202], 1]);
    expect(await credentials.current()).toMatchObject({ version: 2, accessToken: fleet.twin.credentials.accessToken, refreshToken: fleet.twin.credentials.refreshToken });
    expect(await fleet.entries()).toEqual(['token.stored', 'token.refreshed']);
  });

  it('are refreshed once for thirty calls of one process that were refused together', async () => {
    await fleet.begin();
    const { send } = await fleet.booted();
    fleet.twin.expireAccessToken();
    await Promise.all(Array.from({ length: 30 }, send));
    expect(fleet.asked).toBe(1);
    expect(fleet.sends.filter((status) => status === 202)).toHaveLength(30);
  });

  it('are refreshed once by five replicas at once, in twenty rounds, and no send fails', async () => {
    await fleet.begin();
    const { accessToken, refreshToken } = fleet.twin.credentials;
    const environment = { accessToken, refreshToken };
    const first = await fleet.booted(environment);
    for (let round = 1; round <= 20; round++) {
      const replicas = [0, 1, 2, 3, 4].map((number) => fleet.replica(environment, number));
      await Promise.all(replicas.map(({ credentials }) => credentials.current()));
      fleet.twin.expireAccessToken();
      await Promise.all(replicas.map(({ send }) => send()));
      expect(fleet.asked).toBe(round);
      expect((await first.store.read())!).toMatchObject({ version: round + 1, accessToken: fleet.twin.credentials.accessToken, refreshToken: fleet.twin.credentials.refreshToken });
      await fleet.rest();
    }
    expect(fleet.sends.filter((status) => status === 202)).toHaveLength(100);
    expect(fleet.refreshStatuses.every((status) => status === 200)).toBe(true);
  });

  it('are looked up again first: another replica has refreshed meanwhile', async () => {
    await fleet.begin();
    const [one, other] = await fleet.five();
    await Promise.all([one!.send(), other!.send()]);
    fleet.twin.expireAccessToken();
    await one!.send();
    await other!.send();
    expect([fleet.asked, fleet.sends.filter((status) => status === 401).length]).toEqual([1, 2]);
  });

  it.each<[string, Fault]>([
    ['500', { kind: 'status', status: 500, when: 'before' }],
    ['429', { kind: 'status', status: 429, when: 'before' }],
    ['a reset', { kind: 'reset', when: 'before' }],
    ['a proxy’s page', { kind: 'garbage', when: 'before', status: 200 }],
  ])('and whose refresh gets %s are kept whole; nobody asks again for a while, then one does', async (_what, fault) => {
    await fleet.begin({ rateLimits: 'off' });
    const replicas = await fleet.five();
    const before = await fleet.row();
    fleet.twin.faults.next('refresh-api-credentials', fault);
    fleet.twin.expireAccessToken();
    const results = await Promise.allSettled(replicas.map(({ send }) => send()));
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'upstream-unavailable', code: 'botmaker.no-token' } });
    expect(fleet.asked).toBe(1);
    expect(await fleet.row()).toMatchObject({ version: 1, sealed: before.sealed, updatedAt: before.updatedAt });
    expect(await fleet.entries()).toEqual(['token.stored', 'token.refresh-failed']);
    expect(fleet.errors).toHaveLength(1);
    await fleet.rest();
    const another = await fleet.booted();
    expect(await another.send()).toMatchObject({ httpStatus: 202 });
    expect(fleet.asked).toBe(2);
  });

  it.each([['{}'], ['{"accessToken":"a"}'], ['{"accessToken":"","refreshToken":""}'], ['{"accessToken":"eyJ***","refreshToken":"r"}'], ['null'], ['"text"']])('and whose refresh answers %s are kept whole', async (body) => {
    await fleet.begin();
    const { send } = await fleet.booted();
    fleet.twin.faults.next('refresh-api-credentials', { kind: 'garbage', when: 'before', status: 200, contentType: 'application/json', body });
    fleet.twin.expireAccessToken();
    await expect(send()).rejects.toMatchObject({ kind: 'unauthenticated', code: 'botmaker.token-refused' });
    expect(await fleet.row()).toMatchObject({ version: 1, source: 'environment' });
    expect(fleet.errors).toEqual(['credential.refresh-garbled']);
  });

  it('are used by the process that got them while they can’t be stored, and stored as soon as they can', async () => {
    await fleet.begin();
    const { send, store, job } = await fleet.booted();
    const before = await store.read();
    await fleet.prisma.$executeRaw`ALTER TABLE credential ADD CONSTRAINT full_disk CHECK (version < 2)`;
    fleet.twin.expireAccessToken();
    expect(await send()).toMatchObject({ httpStatus: 202 });
    expect(await store.read()).toMatchObject({ version: 1, accessToken: before!.accessToken });
    expect(await fleet.entries()).not.toContain('token.refreshed');
    await fleet.prisma.$executeRaw`ALTER TABLE credential DROP CONSTRAINT full_disk`;
    await job.look();
    expect(await store.read()).toMatchObject({ version: 2, accessToken: fleet.twin.credentials.accessToken, refreshToken: fleet.twin.credentials.refreshToken });
    expect(fleet.asked).toBe(1);
  });

  it('and cannot be refreshed, for want of configuration, cause one clear error and no calls', async () => {
    await fleet.begin();
    const { send } = await fleet.booted({ refreshToken: null });
    fleet.twin.expireAccessToken();
    for (let tries = 0; tries < 10; tries++) await expect(send()).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect([fleet.asked, fleet.sends.length]).toEqual([0, 10]);
    expect(fleet.errors).toEqual(['credential.no-refresh']);
    expect(fleet.logged.find(({ fields }) => fields.code === 'credential.no-refresh')?.text).toContain('BM_REFRESH_TOKEN');
  });

  it('and whose refresh is refused too cause one call, an error, and an end', async () => {
    await fleet.begin();
    const { send } = await fleet.booted({ secretId: 'wrong' });
    fleet.twin.expireAccessToken();
    await expect(send()).rejects.toMatchObject({ kind: 'unauthenticated', code: 'botmaker.token-refused' });
    expect(fleet.asked).toBe(1);
    expect(fleet.errors).toEqual(['botmaker.token-refused']);
  });

  it('never show in what is logged', async () => {
    await fleet.begin();
    const { accessToken, refreshToken, secretId } = fleet.twin.credentials;
    const { send } = await fleet.booted({ secretId: 'wrong-secret-id' });
    fleet.twin.expireAccessToken();
    await send().catch((error: unknown) => fleet.logged.push({ level: 'thrown', fields: {}, text: JSON.stringify(error, Object.getOwnPropertyNames(error)) }));
    const all = fleet.logged.map(({ fields, text }) => text + JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, (value as unknown as Record<string, unknown>)[name]])) : value)));
    for (const secret of [accessToken, refreshToken, secretId, 'wrong-secret-id', fleet.contactId]) expect(all.join('\n')).not.toContain(secret);
  });
});
