import { HttpService } from '@nestjs/axios';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mostIn, noDatabase, testBuckets, testUpstreams } from '../../../test/support/test-limits.js';
import { BotmakerTwin } from '../../../test/support/twin.js';
import { BotmakerConfig, Metrics, Secret } from '../../platform/index.js';
import { apiOperations, type OperationName } from './operations.js';
import type { RateBuckets } from './rate-buckets.service.js';
import { BotmakerTransport } from './transport.client.js';

const none = new Secret('none');
const away = noDatabase();
const configFor = (replicas: number, apiBase = 'http://127.0.0.1:1'): BotmakerConfig => new BotmakerConfig(apiBase, none, null, 5000, replicas, none);

/** Callers that never rest, on all replicas, for `forMs`. Resolves with the moments at which they were let go. */
async function underPressure(operation: OperationName, replicas: number, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const endsAt = performance.now() + forMs;
  const caller = async (buckets: RateBuckets): Promise<void> => {
    for (let leftMs = forMs; leftMs > 0; leftMs = endsAt - performance.now()) {
      await buckets.take(operation, leftMs);
      times.push(performance.now());
    }
  };
  const replicaBuckets = Array.from({ length: replicas }, () => testBuckets(configFor(replicas), away));
  await Promise.allSettled(replicaBuckets.flatMap((buckets) => [caller(buckets), caller(buckets)]));
  return times.sort((a, b) => a - b);
}

/** Three seconds of full pressure on a twin that counts strictly, by the clock of arrival. */
async function pressOn(twin: BotmakerTwin): Promise<void> {
  const contactId = '5491150001234';
  twin.customerWrites(contactId, 'hola');
  const config = configFor(1, twin.baseUrl);
  const transport = new BotmakerTransport(new HttpService(), config, testBuckets(config, away), new Metrics(), testUpstreams());
  const { accessToken } = twin.credentials;
  const endsAt = performance.now() + 3000;
  const caller = async (call: () => Promise<unknown>): Promise<void> => {
    while (performance.now() < endsAt) await call();
  };
  const search = (): Promise<unknown> => transport.call('list-search-chats', accessToken, { query: { from: new Date(Date.now() - 3_600_000).toISOString() }, maxWaitMs: 10_000 });
  const typing = (): Promise<unknown> => transport.call('send-read-typing-feedback', accessToken, { body: { channelId: twin.channelId, contactId, typing: true }, maxWaitMs: 10_000 });
  await Promise.all([caller(search), caller(search), ...Array.from({ length: 6 }, () => caller(typing))]);
}

/* The whole file without a database: each replica keeps to its part. `shared-buckets.db.spec.ts` has one. */
describe('a rate bucket without a database', () => {
  const cases: [OperationName, number][] = [
    ['list-search-chats', 1], ['list-messages', 1], ['send-read-typing-feedback', 1], ['trigger-intent', 1], ['send-messages', 1],
    ['list-search-chats', 2], ['list-search-chats', 3], ['list-messages', 2], ['send-read-typing-feedback', 2], ['send-read-typing-feedback', 10],
  ];
  let twin: BotmakerTwin;
  let departures: number[][];
  beforeAll(async () => {
    twin = await BotmakerTwin.start();
    const pressed = pressOn(twin);
    departures = await Promise.all(cases.map(([operation, replicas]) => underPressure(operation, replicas, 5000)));
    await pressed;
  });
  afterAll(() => Promise.all([twin.close(), away.onApplicationShutdown()]));

  it.each(cases.map(([operation, replicas], index) => [operation, replicas, index] as const))('of %s with %i replica(s) never lets more go in any window than the limit', (operation, _replicas, index) => {
    const { calls, perMs } = apiOperations[operation].limit;
    expect(mostIn(perMs, departures[index] ?? [])).toBeLessThanOrEqual(calls);
  });

  it.each(cases.slice(0, 5).map(([operation], index) => [operation, index] as const))('of %s lets most of the limit go: it must not be the bottleneck', (operation, index) => {
    const { calls, perMs } = apiOperations[operation].limit;
    expect(departures[index]?.length).toBeGreaterThan(((5000 / perMs) * calls * 3) / 4);
  });

  it('causes no 429 on a platform that counts strictly', () => {
    const statuses = (operation: string): (number | null)[] => twin.calls.filter((call) => call.operation === operation).map(({ status }) => status);
    expect(new Set(statuses('list-search-chats'))).toEqual(new Set([200]));
    expect(new Set(statuses('send-read-typing-feedback'))).toEqual(new Set([204]));
    expect(statuses('list-search-chats').length).toBeGreaterThanOrEqual(7);
    expect(statuses('send-read-typing-feedback').length).toBeGreaterThanOrEqual(90);
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
