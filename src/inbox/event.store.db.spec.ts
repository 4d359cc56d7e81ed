import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { Database, DatabaseConfig, Secret, type Tx } from '../platform/index.js';
import { EventStore, type NewEvent } from './event.store.js';

const at = new Date('2026-03-01T12:00:00.123Z');
const event = (key: string, more: Partial<NewEvent> = {}): NewEvent => ({
  key, envelopeId: 1n, chatId: null, kind: 'message', author: 'customer', state: 'received', reason: null, remoteId: null, text: 'Hola', content: {},
  backfill: false, occurredAt: at, receivedAt: at, ...more,
});

describe('EventStore', () => {
  let base: TestDatabase;
  let database: Database;
  const store = new EventStore();
  const chatId = '00000000-0000-7000-8000-000000000001';

  beforeAll(async () => {
    base = await createTestDatabase();
    database = new Database(new DatabaseConfig(new Secret(base.url), '.data'));
    await database.prisma.envelope.create({ data: { id: 1n, body: new Uint8Array(), correlationId: '00000000-0000-4000-8000-000000000001' } });
    await database.prisma.chat.create({ data: { id: chatId } });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await base.drop();
  });
  beforeEach(() => database.prisma.event.deleteMany());

  const insert = (...events: NewEvent[]): Promise<Map<string, bigint>> => database.inTransaction((tx) => store.insertNew(tx, events));

  it('stores an event with everything that is known of it', async () => {
    const given = event('message:1', { chatId, remoteId: 'M1', text: 'línea 1\n"2" 🧉', content: { media: [], n: 1.5, none: null }, backfill: true, reason: 'why' });
    const ids = await insert(given);
    const row = await database.prisma.event.findUniqueOrThrow({ where: { id: ids.get('message:1') ?? 0n } });
    expect(row).toMatchObject(given);
  });

  it('says which were new: a duplicate has no id', async () => {
    const first = await insert(event('a'), event('b'));
    const second = await insert(event('b', { text: 'told again' }), event('c'));
    expect([[...first.keys()], [...second.keys()]]).toEqual([['a', 'b'], ['c']]);
    expect(await database.prisma.event.count({ where: { text: 'told again' } })).toBe(0);
  });

  it('does nothing for nothing', async () => {
    expect(await insert()).toEqual(new Map());
  });

  describe('when the same event arrives fifty times at once', () => {
    const rounds = 3;
    const atOnce = <T>(work: (tx: Tx) => Promise<T>): Promise<PromiseSettledResult<T>[]> =>
      Promise.allSettled(Array.from({ length: 50 }, () => database.inTransaction(work)));

    it('is stored exactly once, and exactly one of the fifty is told so', async () => {
      for (let round = 0; round < rounds; round++) {
        const results = await atOnce((tx) => store.insertNew(tx, [event(`round:${round}`)]));
        expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
        expect(results.filter((result) => result.status === 'fulfilled' && result.value.size === 1)).toHaveLength(1);
        expect(await database.prisma.event.count({ where: { key: `round:${round}` } })).toBe(1);
      }
    });

    // The controls: without them nobody would know whether this test can fail at all. The pause widens the gap that is there anyway.
    it('would be stored several times by "look first, then insert" without the unique key', async () => {
      await database.prisma.$executeRaw`CREATE TABLE unguarded (key text)`;
      await atOnce(async (tx) => {
        const found = await tx.$queryRaw<unknown[]>`SELECT 1 FROM unguarded WHERE key = 'same'`;
        await tx.$queryRaw`SELECT 1 FROM pg_sleep(0.02)`;
        if (found.length === 0) await tx.$executeRaw`INSERT INTO unguarded VALUES ('same')`;
      });
      const [row] = await database.prisma.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM unguarded`;
      expect(row?.n).toBeGreaterThan(1);
    });

    it('would break some callers by "look first, then insert" with the unique key', async () => {
      const results = await atOnce(async (tx) => {
        const found = await tx.event.findUnique({ where: { key: 'same' } });
        await tx.$queryRaw`SELECT 1 FROM pg_sleep(0.02)`;
        if (!found) await tx.event.create({ data: { ...event('same'), content: {} } });
      });
      expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    });
  });

  it('reads a chat’s mail in the order in which it was written, not in which it arrived', async () => {
    const minute = (n: number): Date => new Date(at.getTime() + n * 60_000);
    await insert(event('late', { chatId, occurredAt: minute(2) }), event('early', { chatId, occurredAt: minute(0) }), event('tied', { chatId, occurredAt: minute(2) }));
    await insert(event('read', { chatId, state: 'read' }), event('elsewhere'));
    const unread = await database.inTransaction((tx) => store.unread(tx, chatId));
    const keys = await Promise.all(unread.map(({ id }) => database.prisma.event.findUniqueOrThrow({ where: { id } }).then(({ key }) => key)));
    expect(keys).toEqual(['early', 'late', 'tied']);
    expect(unread[0]?.correlationId).toBe('00000000-0000-4000-8000-000000000001');
  });

  it('knows which variables a stored event told of', async () => {
    await insert(event('with', { content: { variables: { a: '1' } } }), event('null', { content: { variables: null } }), event('without'));
    const known = await database.inTransaction((tx) => store.variablesOf(tx, ['with', 'null', 'without', 'unknown']));
    expect(known).toEqual(new Map([['with', { a: '1' }]]));
  });

  it('sets events aside for a reason, and finds the customer’s again by it', async () => {
    const ids = await insert(event('a', { chatId }), event('b', { chatId, author: 'flow' }), event('c', { chatId }));
    await database.inTransaction((tx) => store.mark(tx, [...ids.values()], 'ignored', { reason: 'not-handed-off' }));
    const aside = (reason: string, since: Date) => database.inTransaction((tx) => store.setAside(tx, chatId, reason, since));
    expect((await aside('not-handed-off', at)).map(({ id }) => id)).toEqual([ids.get('a'), ids.get('c')]);
    expect(await aside('too-old', at)).toEqual([]);
    expect(await aside('not-handed-off', new Date(at.getTime() + 1))).toEqual([]);
  });
});
