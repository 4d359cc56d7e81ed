import { Logger } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mostIn, noDatabase, testBuckets, testUpstreams } from '../../../test/support/test-limits.js';
import { BotmakerTwin } from '../../../test/support/twin.js';
import { BotmakerConfig, Metrics, Secret } from '../../platform/index.js';
import { BotmakerTransport } from './transport.client.js';

const none = new Secret('none');
const away = noDatabase();
Logger.overrideLogger(false);
const configFor = (replicas: number, apiBase = 'http://127.0.0.1:1'): BotmakerConfig => new BotmakerConfig(apiBase, none, null, 5000, replicas, none);

/** Three seconds of full pressure on a twin that counts strictly, by the clock of arrival. */
async function pressOn(twin: BotmakerTwin): Promise<void> {
  const contactId = '5491150001234';
  twin.customerWrites(contactId, 'hola');
  const config = configFor(1, twin.baseUrl);
  const transport = new BotmakerTransport(new HttpService(), config, testBuckets(config, away), new Metrics(), testUpstreams());
  const { accessToken } = twin.credentials;
  let endsAt = 0;
  const caller = async (call: () => Promise<unknown>): Promise<void> => {
    while (performance.now() < endsAt) await call();
  };
  const search = (): Promise<unknown> => transport.call('list-search-chats', accessToken, { query: { from: new Date(Date.now() - 3_600_000).toISOString() }, maxWaitMs: 10_000 });
  const typing = (): Promise<unknown> => transport.call('send-read-typing-feedback', accessToken, { body: { channelId: twin.channelId, contactId, typing: true }, maxWaitMs: 10_000 });
  // The first call of a connection is the latest.
  await search();
  await typing();
  endsAt = performance.now() + 3000;
  await Promise.all([caller(search), caller(search), ...Array.from({ length: 6 }, () => caller(typing))]);
}

/* The whole file without a database: each replica keeps to its part. `shared-buckets.db.spec.ts` has one. */
describe('a rate bucket without a database', () => {
  let twin: BotmakerTwin;
  beforeAll(async () => {
    twin = await BotmakerTwin.start();
    // The first query of a process takes long in itself.
    await away.prisma.$queryRaw`SELECT 1`.catch(() => undefined);
  });
  afterAll(() => Promise.all([twin.close(), away.onApplicationShutdown()]));

  it('causes no 429 on a platform that counts strictly', async () => {
    await pressOn(twin);
    const statuses = (operation: string): (number | null)[] => twin.calls.filter((call) => call.operation === operation).map(({ status }) => status);
    expect(new Set(statuses('list-search-chats'))).toEqual(new Set([200]));
    expect(new Set(statuses('send-read-typing-feedback'))).toEqual(new Set([204]));
    expect(statuses('list-search-chats').length).toBeGreaterThan(1);
    expect(statuses('send-read-typing-feedback').length).toBeGreaterThan(10);
    expect(twin.violations).toEqual([]);
  });

  it('refuses at once who would have to wait too long, and does not count him', async () => {
    const buckets = testBuckets(configFor(1), away);
    await buckets.take('list-search-chats', 0);
    for (let tries = 0; tries < 3; tries++) await expect(buckets.take('list-search-chats', 100)).rejects.toMatchObject({ kind: 'rate-limited', code: 'botmaker.own-limit' });
    await buckets.take('list-search-chats', 500);
  });

  it('rests for a whole window after a 429, also those who were already waiting', async () => {
    const buckets = testBuckets(configFor(1), away);
    await buckets.take('list-messages', 0);
    const waiting = buckets.take('list-messages', 5000);
    const restedAt = performance.now();
    await buckets.rest('list-messages');
    await waiting;
    expect(performance.now() - restedAt).toBeGreaterThanOrEqual(990);
  });

  it('keeps one line per operation', async () => {
    const buckets = testBuckets(configFor(1), away);
    await buckets.rest('list-search-chats');
    await buckets.take('send-messages', 0);
    await buckets.take('list-messages', 0);
  });

  it('does not let the waiting leave together after the process stood still', async () => {
    const buckets = testBuckets(configFor(1), away);
    const times: number[] = [];
    const all = Array.from({ length: 25 }, async () => {
      await buckets.take('send-read-typing-feedback', 60_000);
      times.push(performance.now());
    });
    await buckets.take('list-messages', 0);
    const stillUntil = performance.now() + 400;
    while (performance.now() < stillUntil) continue;
    await Promise.all(all);
    expect(mostIn(100, times)).toBeLessThanOrEqual(8);
  });
});
