import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { PowerCutDisk } from '../../test/support/power-cut-disk.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { until } from '../../test/support/until.js';
import { Alarms, Database, DatabaseConfig, Metrics, Secret, SpoolConfig } from '../platform/index.js';
import { EnvelopeIntake } from './envelope-intake.service.js';
import { EnvelopeStore } from './envelope.store.js';
import { SpoolDrain } from './spool-drain.service.js';
import { Spool } from './spool.store.js';

describe('EnvelopeIntake', () => {
  let base: TestDatabase;
  let database: Database;
  let dir: string;
  let disk: PowerCutDisk;
  let spool: Spool;
  let drain: SpoolDrain;
  let intake: EnvelopeIntake;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    base = await createTestDatabase();
    database = new Database(new DatabaseConfig(new Secret(base.url), '.data'));
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await base.drop();
  });
  beforeEach(async () => {
    await database.prisma.envelope.deleteMany();
    dir = mkdtempSync(join(tmpdir(), 'botmaker-agent-intake-'));
    start();
  });
  afterEach(async () => {
    await drain.onApplicationShutdown();
    await database.prisma.$executeRaw`ALTER TABLE envelope DROP CONSTRAINT IF EXISTS refused`;
    rmSync(dir, { recursive: true, force: true });
  });

  /** A process: what it knows is gone with it, what it kept is not. */
  const start = (): void => {
    disk = new PowerCutDisk();
    spool = new Spool(new SpoolConfig(join(dir, 'spool'), 1024 * 1024), disk, new Alarms(new Metrics()));
    const store = new EnvelopeStore(database);
    drain = new SpoolDrain(spool, store);
    intake = new EnvelopeIntake(store, spool, drain);
  };
  const accept = (body: string, correlationId: string = randomUUID()): Promise<void> => intake.accept({ door: 'webhook', body: Buffer.from(body), correlationId });
  const acceptAll = (bodies: string[]): Promise<void[]> => Promise.all(bodies.map((body) => accept(body)));
  const stored = async (): Promise<string[]> => (await database.prisma.envelope.findMany({ orderBy: { id: 'asc' } })).map(({ body }) => Buffer.from(body).toString());
  const numbers = (from: number, count: number): string[] => Array.from({ length: count }, (_, n) => String(from + n));
  const drained = (): Promise<boolean> => until(() => spool.isEmpty, 'the spool to be drained');
  /** From now on the database refuses bodies. */
  const refuse = (): Promise<number> => database.prisma.$executeRaw`ALTER TABLE envelope ADD CONSTRAINT refused CHECK (false) NOT VALID`;
  const relent = (): Promise<number> => database.prisma.$executeRaw`ALTER TABLE envelope DROP CONSTRAINT refused`;

  it('commits a burst of 300 a few times, not 300 times, and touches no disk', async () => {
    const ids = Array.from({ length: 300 }, () => randomUUID());
    await Promise.all(ids.map((id, n) => accept(`{"n":${n}}`, id)));
    const [{ commits } = { commits: 0 }] = await database.prisma.$queryRaw<{ commits: number }[]>`SELECT count(DISTINCT xmin::text)::int AS commits FROM envelope`;
    expect(commits).toBeLessThanOrEqual(5);
    const rows = await database.prisma.envelope.findMany({ orderBy: { id: 'asc' }, select: { correlationId: true } });
    expect(rows.map(({ correlationId }) => correlationId)).toEqual(ids);
    expect(disk.syncs).toBe(0);
  });

  it('acknowledges nothing that is neither committed nor kept: a body waits as long as its table is locked', async () => {
    let isAccepted = false;
    let accepted: Promise<void> | undefined;
    await database.inTransaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE envelope IN EXCLUSIVE MODE`;
      accepted = accept('{}').then(() => void (isAccepted = true));
      await until(async () => (await waiting()) > 0, 'the statement that waits');
      expect([isAccepted, spool.isEmpty]).toEqual([false, true]);
    });
    await accepted;
    expect(await stored()).toEqual(['{}']);
  });

  describe('when the database refuses', () => {
    it('keeps what comes with few syncs, and stores it once and in order when it can', async () => {
      await refuse();
      await acceptAll(numbers(0, 200));
      expect(disk.syncs).toBeLessThanOrEqual(5);
      expect(spool.level.records).toBe(200);
      expect(await stored()).toEqual([]);
      await relent();
      await drained();
      expect(await stored()).toEqual(numbers(0, 200));
    });

    it('keeps the order of arrival across the change from disk to database, however much comes meanwhile', async () => {
      await refuse();
      await acceptAll(numbers(0, 50));
      await relent();
      const coming: Promise<void>[] = [];
      for (let n = 50; n < 400; n++) {
        coming.push(accept(String(n)));
        if (n % 5 === 0) await new Promise((soon) => setTimeout(soon, 1));
      }
      await Promise.all(coming);
      await drained();
      expect(await stored()).toEqual(numbers(0, 400));
      const syncs = disk.syncs;
      await accept('400');
      expect(disk.syncs).toBe(syncs);
    });

    it('refuses only what finds no room on the disk either, and says so', async () => {
      await refuse();
      disk.beforeWrite = () => {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      };
      await expect(accept('lost')).rejects.toMatchObject({ code: 'inbox.spool-failed' });
      await relent();
      await accept('taken');
      expect(await stored()).toEqual(['taken']);
    });
  });

  describe('when the database takes too long', () => {
    it('keeps the body after two seconds, and finds it stored once though it is committed later', async () => {
      let startedAt = 0;
      await database.inTransaction(async (tx) => {
        await tx.$executeRaw`LOCK TABLE envelope IN EXCLUSIVE MODE`;
        startedAt = performance.now();
        await acceptAll(['slow', 'slow too']);
        expect(performance.now() - startedAt).toBeGreaterThan(1900);
        expect(spool.isEmpty).toBe(false);
      });
      await drained();
      await until(async () => (await waiting()) === 0, 'the late statement to end');
      expect((await stored()).sort()).toEqual(['slow', 'slow too']);
    });

    it('makes nobody else wait: what comes next goes to the disk at once, however well it went after the last time', async () => {
      await refuse();
      await accept('an earlier trouble');
      await relent();
      await drained();
      await database.inTransaction(async (tx) => {
        await tx.$executeRaw`LOCK TABLE envelope IN EXCLUSIVE MODE`;
        await accept('the first waits');
        const startedAt = performance.now();
        for (let n = 0; n < 10; n++) await accept(String(n));
        expect(performance.now() - startedAt).toBeLessThan(2000);
      });
      await drained();
      expect(await stored()).toHaveLength(12);
    });
  });

  describe('when the process dies', () => {
    it('between the commit and the end of the file, the next one stores nothing twice', async () => {
      await refuse();
      await acceptAll(numbers(0, 20));
      const segment = await spool.oldest();
      const records = (await spool.read(segment!))?.records ?? [];
      await drain.onApplicationShutdown();
      await relent();
      await new EnvelopeStore(database).insertLate(records.slice(0, 12));

      start();
      await spool.adopt();
      drain.wake();
      await drained();
      expect(await stored()).toEqual(numbers(0, 20));
    });

    it('what it kept is stored before anything that comes later', async () => {
      await refuse();
      await acceptAll(numbers(0, 20));
      await drain.onApplicationShutdown();
      await relent();

      start();
      await spool.adopt();
      await acceptAll(numbers(20, 20));
      drain.wake();
      await drained();
      expect(await stored()).toEqual(numbers(0, 40));
    });
  });

  /** Statements of this database that wait for a lock. */
  const waiting = async (): Promise<number> =>
    (await database.prisma.$queryRaw<unknown[]>`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).length;
});
