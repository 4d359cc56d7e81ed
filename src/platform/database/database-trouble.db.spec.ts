import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { TcpGate } from '../../../test/support/tcp-gate.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { until } from '../../../test/support/until.js';
import { DatabaseConfig } from '../config/app-config.js';
import { Secret } from '../config/secret.js';
import { toAppError } from '../errors/app-error.js';
import { BootWork } from './boot-work.js';
import { Database } from './database.service.js';
import { isTransient } from './transient.js';

describe('a database in trouble', () => {
  let base: TestDatabase;
  let gate: TcpGate;
  let database: Database;
  let throughGate = '';

  beforeAll(async () => {
    Logger.overrideLogger(false);
    base = await createTestDatabase();
    gate = await TcpGate.start();
    gate.leadTo(base.url);
    throughGate = base.url.replace(/@[^/]+/, `@${gate.host}`);
    database = new Database(new DatabaseConfig(new Secret(throughGate), '.data'));
  });
  afterAll(async () => {
    await gate.close();
    await database.onApplicationShutdown();
    await base.drop();
  });

  describe('that makes a transaction the victim of a deadlock', () => {
    it('does it again, and both commit', async () => {
      const { prisma } = database;
      const [one, other] = [randomUUID(), randomUUID()];
      await prisma.chat.createMany({ data: [{ id: one }, { id: other }] });
      let begun = 0;
      let both = (): void => undefined;
      const bothHoldOne = new Promise<void>((done) => (both = done));
      const rename = (first: string, second: string, name: string): Promise<void> =>
        database.inTransaction(async (tx) => {
          await tx.chat.update({ where: { id: first }, data: { name } });
          if (++begun === 2) both();
          await bothHoldOne;
          await tx.chat.update({ where: { id: second }, data: { name } });
        });
      await Promise.all([rename(one, other, 'a'), rename(other, one, 'b')]);
      expect(begun).toBe(3);
      const names = await prisma.chat.findMany({ where: { id: { in: [one, other] } }, select: { name: true } });
      expect(new Set(names.map(({ name }) => name)).size).toBe(1);
    });

    it('but not for ever, and not for another error', async () => {
      let tries = 0;
      const fail = (sqlState: string): Promise<void> =>
        database.inTransaction(async (tx) => {
          tries++;
          await tx.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'as the test wants' USING ERRCODE = '${sqlState}'; END $$`);
        });
      await expect(fail('40001')).rejects.toThrow('as the test wants');
      expect(tries).toBe(3);
      tries = 0;
      await expect(fail('22012')).rejects.toThrow('as the test wants');
      expect(tries).toBe(1);
    });
  });

  describe('that refuses a commit', () => {
    /** What a transaction fails with whose statements were all well. */
    async function atCommit(sqlState: string): Promise<{ error: unknown; tries: number }> {
      const name = `refused_${sqlState.toLowerCase()}`;
      await database.prisma.$executeRawUnsafe(`CREATE TABLE ${name} (id int)`);
      await database.prisma.$executeRawUnsafe(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as the test wants' USING ERRCODE = '${sqlState}'; END $$`);
      await database.prisma.$executeRawUnsafe(`CREATE CONSTRAINT TRIGGER ${name} AFTER INSERT ON ${name} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ${name}()`);
      let tries = 0;
      const error = await database
        .inTransaction(async (tx) => {
          tries++;
          await tx.$executeRawUnsafe(`INSERT INTO ${name} VALUES (1)`);
        })
        .then(() => null, (thrown: unknown) => thrown);
      return { error, tries };
    }

    it('is told from data that can never be stored', async () => {
      const [late, wrong] = [await atCommit('55P03'), await atCommit('23514')];
      expect([isTransient(late.error), toAppError(late.error).code, late.tries]).toEqual([true, 'platform.database-unavailable', 1]);
      expect([isTransient(wrong.error), wrong.error, wrong.tries]).toEqual([false, expect.any(Error), 1]);
    });

    it('because of others is asked again', async () => {
      const { error, tries } = await atCommit('40001');
      expect([isTransient(error), tries]).toEqual([true, 3]);
    });
  });

  it('that vanishes without a word is noticed, and found again when it is back', async () => {
    await database.ingest.query('SELECT 1');
    gate.silence();
    const startedAt = performance.now();
    await expect(database.ingest.query('SELECT 1')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(performance.now() - startedAt).toBeGreaterThan(5000);
    gate.speak();
    expect((await database.ingest.query('SELECT 1')).rowCount).toBe(1);
  });

  it('gives up by itself what nobody listens to any more: its sessions have limits and look for us', async () => {
    for (const pool of [database.ingest, database.jobs, database.reports]) {
      const { rows } = await pool.query<{ name: string; setting: string }>(
        `SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'client_connection_check_interval', 'tcp_user_timeout')`,
      );
      expect(rows.filter(({ setting }) => !(Number(setting) > 0 && Number(setting) <= 60_000))).toEqual([]);
      expect(rows).toHaveLength(5);
    }
  });

  describe('at boot', () => {
    it('stops the boot with the error of the work, when it is not the database that is in trouble', async () => {
      const boot = new BootWork(throughGate);
      await expect(boot.do('something', () => Promise.reject(new Error('a wrong key')))).rejects.toThrow('a wrong key');
    });

    it('that goes away while the work is done stops no boot: the work is done again', async () => {
      const boot = new BootWork(throughGate);
      let tries = 0;
      await boot.do('something', async () => {
        if (++tries === 1) throw Object.assign(new Error('the database system is starting up'), { code: '57P03' });
      });
      await until(() => tries === 2, 'the work to be done again');
      boot.end();
    });

    it('is waited for: the work is done in its order as soon as there is a database, and again when it fails', async () => {
      await gate.close();
      const boot = new BootWork(throughGate);
      const done: string[] = [];
      let failures = 1;
      await boot.do('first', async () => {
        if (failures-- > 0) throw new Error('not yet');
        done.push('first');
      });
      await boot.do('second', async () => void done.push('second'));
      expect(done).toEqual([]);
      await gate.open();
      await until(() => done.length === 2, 'both to be done');
      expect(done).toEqual(['first', 'second']);
      boot.end();
    });

    it('that is there and not migrated is as good as away', async () => {
      const name = `unmigrated_${randomUUID().slice(0, 8)}`;
      const admin = new pg.Client({ connectionString: base.url });
      await admin.connect();
      await admin.query(`CREATE DATABASE ${name}`);
      const boot = new BootWork(base.url.replace(/\/[^/]+$/, `/${name}`));
      let isDone = false;
      await boot.do('something', async () => void (isDone = true));
      expect(isDone).toBe(false);
      boot.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    });
  });
});
