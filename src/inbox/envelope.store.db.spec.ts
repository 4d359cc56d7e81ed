import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { arrived } from '../../test/support/arrivals.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { until } from '../../test/support/until.js';
import { Database, DatabaseConfig, Secret } from '../platform/index.js';
import { EnvelopeStore } from './envelope.store.js';

const bodies: Record<string, Buffer> = {
  'JSON in Spanish': Buffer.from('{"message":"¿Cuánto cuesta el envío? 🧉"}'),
  'the empty body': Buffer.alloc(0),
  'NUL bytes': Buffer.from('a\0b\0\0'),
  'bytes that are not UTF-8': Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x80]),
  'what looks like an escape of bytea': Buffer.from('\\x00\\\\ \\000 \''),
  'a byte of each value': Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  'a megabyte': randomBytes(1024 * 1024),
};

describe('EnvelopeStore', () => {
  let base: TestDatabase;
  let database: Database;
  let store: EnvelopeStore;

  beforeAll(async () => {
    base = await createTestDatabase();
    database = new Database(new DatabaseConfig(new Secret(base.url), '.data'));
    store = new EnvelopeStore(database);
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await base.drop();
  });
  beforeEach(() => database.prisma.envelope.deleteMany());

  const insert = (body: Buffer): Promise<void> => store.insert([arrived(body)]);
  const readJobs = (): Promise<{ id: string }[]> =>
    database.prisma.$queryRaw`SELECT id::text FROM graphile_worker.jobs WHERE task_identifier = 'read-envelopes'`;

  it.each(Object.entries(bodies))('keeps %s byte for byte', async (_what, body) => {
    await insert(body);
    const [envelope] = await database.prisma.envelope.findMany();
    expect(Buffer.from(envelope?.body ?? 'nothing').equals(body)).toBe(true);
  });

  it('keeps them apart, each with its own id and door, when they are stored together', async () => {
    const given = Object.values(bodies).map((body) => arrived(body));
    await store.insert(given);
    const rows = await database.prisma.envelope.findMany({ orderBy: { id: 'asc' } });
    expect(rows.map(({ body, correlationId, door }) => ({ door, body: Buffer.from(body).toString('base64'), correlationId }))).toEqual(
      given.map(({ body, door, correlationId }) => ({ door, correlationId, body: body.toString('base64') })),
    );
  });

  it('wakes the reader in the same commit', async () => {
    await database.prisma.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
    await insert(Buffer.from('{}'));
    expect(await readJobs()).toHaveLength(1);
  });

  describe('stores what arrived some time ago', () => {
    const agoMs = 90_000;
    const stored = () => database.prisma.envelope.findMany({ orderBy: { id: 'asc' } });
    const texts = async (): Promise<string[]> => (await stored()).map(({ body }) => Buffer.from(body).toString());

    it('in its order and with its time of arrival, and wakes the reader', async () => {
      await database.prisma.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
      await store.insertLate(['1', '2', '3'].map((body) => arrived(Buffer.from(body), { receivedAt: Date.now() - agoMs })));
      expect(await texts()).toEqual(['1', '2', '3']);
      const [{ age } = { age: 0 }] = await database.prisma.$queryRaw<{ age: number }[]>`SELECT extract(epoch FROM clock_timestamp() - min(received_at))::float8 * 1000 AS age FROM envelope`;
      expect(age).toBeGreaterThanOrEqual(agoMs);
      expect(age).toBeLessThan(agoMs + 60_000);
      expect(await readJobs()).toHaveLength(1);
    });

    it('never with a time that lies ahead, whatever the clock of the process said', async () => {
      await store.insertLate([arrived(Buffer.from('{}'), { receivedAt: Date.now() + 3_600_000 })]);
      expect(await database.prisma.$queryRaw`SELECT FROM envelope WHERE received_at > clock_timestamp()`).toEqual([]);
    });

    it('once: what was stored before, by either way, stays as it is, and its neighbours are stored', async () => {
      const [fresh, late, next] = ['fresh', 'late', 'next'].map((body) => arrived(Buffer.from(body)));
      await store.insert([fresh!]);
      const before = await stored();
      await store.insertLate([fresh!, late!]);
      await store.insertLate([fresh!, late!, next!]);
      expect(await texts()).toEqual(['fresh', 'late', 'next']);
      expect((await stored())[0]).toEqual(before[0]);
    });

    it('once, also when the first try is still under way: it is waited for', async () => {
      const envelope = arrived(Buffer.from('slow'));
      let again: Promise<void> | undefined;
      await database.inTransaction(async (tx) => {
        await tx.$executeRaw`INSERT INTO envelope (body, correlation_id, delivery_key) VALUES ('slow', ${envelope.correlationId}::uuid, ${envelope.deliveryKey}::uuid)`;
        again = store.insertLate([envelope]);
        await waitingForLock(database);
      });
      await again;
      expect(await texts()).toEqual(['slow']);
    });
  });

  it('hands out what is unread, oldest first, to one reader at a time', async () => {
    for (const body of ['1', '2', '3']) await insert(Buffer.from(body));
    const order: string[] = [];
    const read = (name: string): Promise<void> =>
      database.inTransaction(async (tx) => {
        const unread = await store.lockUnread(tx, 2);
        order.push(`${name} ${unread.map(({ body }) => Buffer.from(body).toString()).join()}`);
        await store.markRead(tx, unread.map(({ id }) => id));
      });
    await Promise.all([read('one'), read('other')]);
    expect(order.map((line) => line.split(' ')[1])).toEqual(['1,2', '3']);
    expect(await database.prisma.envelope.count({ where: { readAt: null } })).toBe(0);
  });

  it('hands them to another reader when the one that has the lock stands still, and that one can mark nothing any more', async () => {
    await insert(Buffer.from('1'));
    let isTaken = false;
    let hasLock = (): void => undefined;
    const locked = new Promise<void>((done) => (hasLock = done));
    const frozen = database.inTransaction(async (tx) => {
      const unread = await store.lockUnread(tx, 1);
      hasLock();
      await until(() => isTaken, 'another reader to have it', 20_000);
      await store.markRead(tx, unread.map(({ id }) => id));
    }).then(() => 'marked', () => 'lost');
    await locked;
    const taken = await database.inTransaction((tx) => store.lockUnread(tx, 1));
    isTaken = true;
    expect(taken.map(({ body }) => Buffer.from(body).toString())).toEqual(['1']);
    expect(await frozen).toBe('lost');
    expect(await database.prisma.envelope.count({ where: { readAt: null } })).toBe(1);
  }, 30_000);
});

/** Resolves once a statement of this database waits for a lock. */
async function waitingForLock({ prisma }: Database): Promise<void> {
  await until(async () => {
    const waiting = await prisma.$queryRaw<unknown[]>`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return waiting.length > 0;
  }, 'a statement that waits');
}
