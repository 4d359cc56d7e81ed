import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { mostIn, noDatabase, testBuckets } from '../../../test/support/test-limits.js';
import { until } from '../../../test/support/until.js';
import { BotmakerConfig, Database, DatabaseConfig, Secret } from '../../platform/index.js';
import { apiOperations, type OperationName } from './operations.js';
import { RateBuckets } from './rate-buckets.service.js';
import { SlotStore } from './slot.store.js';

const none = new Secret('none');
const config = (replicas: number): BotmakerConfig => new BotmakerConfig('http://127.0.0.1:1', none, null, 5000, replicas, none);

let testDatabase: TestDatabase;
let databases: Database[];
beforeAll(async () => {
  Logger.overrideLogger(false);
  testDatabase = await createTestDatabase();
  databases = Array.from({ length: 3 }, () => new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data')));
});
afterAll(async () => {
  await Promise.all(databases.map((database) => database.onApplicationShutdown()));
  await testDatabase.drop();
});
beforeEach(() => databases[0]!.prisma.rateBucket.deleteMany());

/** Callers that never rest, `each` a replica, for `forMs`. Resolves with the moments at which each replica let go. */
async function underPressure(replicas: readonly RateBuckets[], operation: OperationName, each: number, forMs: number): Promise<number[][]> {
  const endsAt = performance.now() + forMs;
  return Promise.all(replicas.map(async (buckets) => {
    const times: number[] = [];
    const caller = async (): Promise<void> => {
      for (let leftMs = forMs; leftMs > 0; leftMs = endsAt - performance.now()) {
        await buckets.take(operation, leftMs);
        times.push(performance.now());
      }
    };
    await Promise.allSettled(Array.from({ length: each }, caller));
    return times;
  }));
}

const together = (times: readonly number[][]): number[] => times.flat().sort((a, b) => a - b);

/** A store that counts how often it is asked. */
class CountedStore extends SlotStore {
  asked = 0;
  override reserve(...given: Parameters<SlotStore['reserve']>): ReturnType<SlotStore['reserve']> {
    this.asked++;
    return super.reserve(...given);
  }
}

describe('three replicas that share a bucket', () => {
  it.each<[OperationName, number, number]>([['list-search-chats', 3, 12_000], ['list-messages', 3, 12_000], ['send-read-typing-feedback', 10, 4000], ['send-messages', 60, 4000]])('of %s never let more go in any window than the limit, together, and not just one window of it', async (operation, each, forMs) => {
    const { calls, perMs } = apiOperations[operation].limit;
    const replicas = databases.map((database) => testBuckets(config(1), database));
    const times = await underPressure(replicas, operation, each, forMs);
    expect(mostIn(perMs, together(times))).toBeLessThanOrEqual(calls);
    expect(together(times).length).toBeGreaterThan(calls);
    // Nobody is promised a share: where slots are few, it takes longer until each has had one.
    for (const own of times) expect(own.length).toBeGreaterThan(0);
  });

  it('that is none, because each has a database of its own, let go three times as much: this is what the rule above notices', async () => {
    const others = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
    const own = others.map(({ url }) => new Database(new DatabaseConfig(new Secret(url), '.data')));
    const times = await underPressure(own.map((database) => testBuckets(config(1), database)), 'list-search-chats', 2, 2500);
    expect(mostIn(1000, together(times))).toBeGreaterThan(apiOperations['list-search-chats'].limit.calls);
    await Promise.all(own.map((database) => database.onApplicationShutdown()));
    await Promise.all(others.map((database) => database.drop()));
  });

  it('ask the database seldom when many wait: a reservation is for all who stand in line', async () => {
    const store = new CountedStore(databases[0]!);
    const [times] = await underPressure([new RateBuckets(config(1), store)], 'send-messages', 200, 2500);
    expect(times!.length).toBeGreaterThan(300);
    expect(store.asked).toBeLessThan(times!.length / 4);
  });

  it('all rest after a 429 that one of them got, also those who were already waiting', async () => {
    const [one, other, third] = databases.map((database) => testBuckets(config(1), database));
    await one!.take('list-messages', 5000);
    const waiting = other!.take('list-messages', 5000).then(() => performance.now());
    await one!.rest('list-messages');
    const restedAt = performance.now();
    const late = third!.take('list-messages', 5000).then(() => performance.now());
    for (const at of await Promise.all([waiting, late])) expect(at - restedAt).toBeGreaterThanOrEqual(850);
  });

  it('let their callers go in the order in which they came', async () => {
    const [buckets] = databases.map((database) => testBuckets(config(1), database));
    const gone: number[] = [];
    await Promise.all(Array.from({ length: 60 }, (_, index) => buckets!.take('send-read-typing-feedback', 20_000).then(() => gone.push(index))));
    expect(gone).toEqual([...gone].sort((a, b) => a - b));
  });

  it('refuse who would have to wait too long, and no slot is lost by it', async () => {
    await new SlotStore(databases[2]!).rest('list-search-chats', 60_000);
    const free = (): Promise<unknown> => databases[0]!.prisma.rateBucket.findFirstOrThrow();
    const before = await free();
    const [one, other] = databases.map((database) => testBuckets(config(1), database));
    for (const maxWaitMs of [0, 100, 1000]) {
      await expect(one!.take('list-search-chats', maxWaitMs)).rejects.toMatchObject({ kind: 'rate-limited', code: 'botmaker.own-limit', details: { called: false } });
      await expect(other!.take('list-search-chats', maxWaitMs)).rejects.toMatchObject({ code: 'botmaker.own-limit' });
    }
    expect(await free()).toEqual(before);
  });

  it('keep one line per operation', async () => {
    const [buckets] = databases.map((database) => testBuckets(config(1), database));
    await new SlotStore(databases[2]!).rest('list-search-chats', 60_000);
    await buckets!.take('send-messages', 0);
    await expect(buckets!.take('list-search-chats', 100)).rejects.toMatchObject({ code: 'botmaker.own-limit' });
  });
});

describe('a replica that stood still', () => {
  it('does not let those who waited leave together with what the others were given meanwhile', async () => {
    const [frozen, ...others] = databases.map((database) => testBuckets(config(1), database));
    const times: number[] = [];
    const waiting = Array.from({ length: 6 }, () => frozen!.take('list-messages', 20_000).then(() => times.push(performance.now())));
    const busy = underPressure(others, 'list-messages', 2, 2500);
    await until(() => times.length > 0, 'the first to be let go');
    // One thread: the others stand still too, and so does nobody else's clock.
    const stillUntil = performance.now() + 900;
    while (performance.now() < stillUntil) continue;
    const ofOthers = await busy;
    await Promise.all(waiting);
    expect(mostIn(1000, together([...ofOthers, times]))).toBeLessThanOrEqual(5);
  });
});

describe('while the database is away', () => {
  it('each replica keeps to its part of the limit, and nobody is unlimited', async () => {
    const away = noDatabase();
    const times = await underPressure([1, 2, 3].map(() => testBuckets(config(3), away)), 'list-search-chats', 2, 4000);
    expect(mostIn(1000, together(times))).toBeLessThanOrEqual(3);
    for (const own of times) expect(own.length).toBeGreaterThanOrEqual(2);
    await away.onApplicationShutdown();
  });

  it('goes, is gone and comes back: no window holds more than the limit, and the count is shared again', async () => {
    const startedAt = Date.now();
    const lost = await createTestDatabase();
    const admin = databases[0]!.prisma;
    const name = new URL(lost.url).pathname.slice(1);
    const own = [1, 2, 3].map(() => new Database(new DatabaseConfig(new Secret(lost.url), '.data')));
    const pressed = underPressure(own.map((database) => testBuckets(config(3), database)), 'list-messages', 2, 7000);
    await until(async () => (await own[0]!.prisma.rateBucket.count().catch(() => 0)) > 0, 'the bucket to be shared');
    await admin.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    const end = (): Promise<unknown> => admin.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`;
    await end();
    const awayUntil = performance.now() + 1500;
    await until(() => performance.now() > awayUntil, 'a while');
    await admin.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    const times = together(await pressed);
    expect(mostIn(1000, times)).toBeLessThanOrEqual(5);
    expect(times.length).toBeGreaterThan(5);
    const { nextFreeAt } = await own[0]!.prisma.rateBucket.findUniqueOrThrow({ where: { operation: 'list-messages' } });
    expect(nextFreeAt.getTime()).toBeGreaterThan(startedAt);
    await Promise.all(own.map((database) => database.onApplicationShutdown()));
    await lost.drop();
  });
});
