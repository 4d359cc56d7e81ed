import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

  const accept = (body: Buffer, correlationId: string = randomUUID()): Promise<void> => store.accept({ door: 'webhook', body, correlationId });
  const readJobs = (): Promise<{ id: string }[]> =>
    database.prisma.$queryRaw`SELECT id::text FROM graphile_worker.jobs WHERE task_identifier = 'read-envelopes'`;

  it.each(Object.entries(bodies))('keeps %s byte for byte', async (_what, body) => {
    await accept(body);
    const [envelope] = await database.prisma.envelope.findMany();
    expect(Buffer.from(envelope?.body ?? 'nothing').equals(body)).toBe(true);
  });

  it('keeps them apart, each with its own id and door, when they are stored together', async () => {
    const given = Object.values(bodies).map((body) => ({ door: 'webhook' as const, body, correlationId: randomUUID() }));
    await Promise.all(given.map((envelope) => store.accept(envelope)));
    const rows = await database.prisma.envelope.findMany({ orderBy: { id: 'asc' } });
    expect(rows.map(({ body, correlationId, door }) => ({ door, body: Buffer.from(body).toString('base64'), correlationId }))).toEqual(
      given.map(({ body, ...rest }) => ({ ...rest, body: body.toString('base64') })),
    );
  });

  it('wakes the reader in the same commit', async () => {
    await database.prisma.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
    await accept(Buffer.from('{}'));
    expect(await readJobs()).toHaveLength(1);
  });

  it('commits a burst of 300 a few times, not 300 times', async () => {
    const ids = Array.from({ length: 300 }, () => randomUUID());
    await Promise.all(ids.map((id, n) => accept(Buffer.from(`{"n":${n}}`), id)));
    const [{ commits } = { commits: 0 }] = await database.prisma.$queryRaw<{ commits: number }[]>`SELECT count(DISTINCT xmin::text)::int AS commits FROM envelope`;
    expect(await database.prisma.envelope.count()).toBe(300);
    expect(commits).toBeLessThanOrEqual(5);
    const rows = await database.prisma.envelope.findMany({ orderBy: { id: 'asc' }, select: { correlationId: true } });
    expect(rows.map(({ correlationId }) => correlationId)).toEqual(ids);
  });

  it('tells a failed batch to its own callers only, and stores none of it', async () => {
    const first = accept(Buffer.from('1'));
    const second = Promise.allSettled([accept(Buffer.from('2')), accept(Buffer.from('3'), 'not a uuid'), accept(Buffer.from('4'))]);
    await first;
    const third = accept(Buffer.from('5'));
    expect((await second).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await third;
    const rows = await database.prisma.envelope.findMany({ orderBy: { id: 'asc' } });
    expect(rows.map(({ body }) => Buffer.from(body).toString())).toEqual(['1', '5']);
  });

  it('acknowledges nothing that is not committed: a body waits as long as its table is locked', async () => {
    let isStored = false;
    let stored: Promise<void> | undefined;
    await database.inTransaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE envelope IN EXCLUSIVE MODE`;
      stored = accept(Buffer.from('{}')).then(() => void (isStored = true));
      await waitingForLock(database);
      expect(isStored).toBe(false);
    });
    await stored;
    expect(isStored).toBe(true);
  });

  it('hands out what is unread, oldest first, to one reader at a time', async () => {
    for (const body of ['1', '2', '3']) await accept(Buffer.from(body));
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
});

/** Resolves once a statement of this database waits for a lock. */
async function waitingForLock({ prisma }: Database): Promise<void> {
  await until(async () => {
    const [row] = await prisma.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return row && row.n > 0;
  }, 'a statement that waits');
}
