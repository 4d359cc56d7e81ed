import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { arrived } from '../../test/support/arrivals.js';
import { until } from '../../test/support/until.js';
import { Database, DatabaseConfig, Secret, type Tx } from '../platform/index.js';
import { EnvelopeStore } from './envelope.store.js';

interface WaitingJob {
  id: string;
  canRun: boolean;
  updates: number;
}

describe('EnvelopeStore wakes the reader', () => {
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
  beforeEach(() => database.prisma.$executeRaw`DELETE FROM graphile_worker._private_jobs`);

  const accept = (): Promise<void> => store.insert([arrived(Buffer.from('{}'))]);
  const jobs = (): Promise<WaitingJob[]> => database.prisma.$queryRaw`
    SELECT id::text, is_available AND run_at <= now() AS "canRun", revision AS updates FROM graphile_worker._private_jobs WHERE key IS NOT NULL ORDER BY id`;
  const waitingForLocks = async (): Promise<number> =>
    (await database.prisma.$queryRaw<unknown[]>`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).length;
  const take = (tx: Database['prisma'] | Tx): Promise<number> =>
    tx.$executeRaw`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'another', attempts = attempts + 1 WHERE locked_at IS NULL`;

  it('with one job for many commits, which is not written again while it waits', async () => {
    await accept();
    const before = await jobs();
    for (let n = 0; n < 5; n++) await accept();
    expect(before).toMatchObject([{ canRun: true }]);
    expect(await jobs()).toEqual(before);
  });

  it('anew when a worker has taken the job: that reader may have looked already', async () => {
    await accept();
    const [taken] = await jobs();
    await take(database.prisma);
    await accept();
    const [next, ...more] = await jobs();
    expect(next).toMatchObject({ canRun: true });
    expect(next?.id).not.toBe(taken?.id);
    expect(more).toEqual([]);
  });

  it('anew when a worker is just taking the job and its commit comes first', async () => {
    await accept();
    let accepted: Promise<void> | undefined;
    await database.inTransaction(async (tx) => {
      await take(tx);
      accepted = accept();
      await until(async () => (await waitingForLocks()) > 0, 'the statement that waits for the worker');
    });
    await accepted;
    expect((await jobs()).filter(({ canRun }) => canRun)).toHaveLength(1);
  });

  it.each([
    ['rests after a failure', `attempts = 3, run_at = now() + interval '1 hour'`],
    ['failed for good', 'attempts = max_attempts'],
  ])('at once when the job %s', async (_what, change) => {
    await accept();
    await database.prisma.$executeRawUnsafe(`UPDATE graphile_worker._private_jobs SET ${change}`);
    await accept();
    expect((await jobs()).filter(({ canRun }) => canRun)).toHaveLength(1);
  });

  it('and keeps workers from the job until the bodies are there to be read', async () => {
    await accept();
    await database.prisma.$executeRaw`CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END'`;
    await database.prisma.$executeRaw`CREATE TRIGGER hold BEFORE INSERT ON envelope FOR EACH ROW EXECUTE FUNCTION hold()`;
    let accepted: Promise<void> | undefined;
    await database.inTransaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(1)`;
      accepted = accept();
      const free = (): Promise<unknown[]> => database.prisma.$queryRaw`SELECT id::text FROM graphile_worker._private_jobs FOR UPDATE SKIP LOCKED`;
      await until(async () => (await free()).length === 0, 'the job that nobody can take');
    });
    await accepted;
    expect(await jobs()).toMatchObject([{ canRun: true }]);
  });
});
