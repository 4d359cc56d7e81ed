import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { until } from '../../../test/support/until.js';
import { migrate, pendingMigrations } from './migrate.js';

describe('migrations', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('leave nothing pending, and applying them again does nothing', async () => {
    expect(await pendingMigrations((sql) => client.query(sql))).toEqual([]);
    expect(await migrate(database.url)).toEqual([]);
  });

  it('refuse to go on after one failed, so that nobody builds on half a schema', async () => {
    await client.query(`UPDATE _prisma_migrations SET finished_at = NULL`);
    await expect(migrate(database.url)).rejects.toThrow('failed earlier');
    await client.query(`UPDATE _prisma_migrations SET finished_at = now()`);
  });

  it('that are cut off in the middle leave nothing behind, and the next run begins anew', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const url = database.url.replace(name, `${name}_empty`);
    await client.query(`CREATE DATABASE ${name}_empty`);
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    // Whoever makes the same table waits until it is known what becomes of this one.
    await other.query('BEGIN; CREATE TABLE chat ()');
    const cutOff = migrate(url).catch((error: Error) => error);
    const waiting = await until(async () => (await client.query(`SELECT pid FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'`, [`${name}_empty`])).rows[0] as { pid: number } | undefined, 'the migration to wait');
    await client.query('SELECT pg_terminate_backend($1)', [waiting.pid]);
    expect(await cutOff).toBeInstanceOf(Error);
    await other.query('ROLLBACK');
    expect((await migrate(url)).length).toBeGreaterThan(5);
    await other.end();
    await client.query(`DROP DATABASE ${name}_empty WITH (FORCE)`);
  });

  it('make the correlation log append-only: no UPDATE, DELETE or TRUNCATE', async () => {
    await client.query(`INSERT INTO entry (type) VALUES ('turn.started')`);
    for (const statement of [`UPDATE entry SET type = 'x'`, 'DELETE FROM entry', 'TRUNCATE entry']) {
      await expect(client.query(statement)).rejects.toThrow('append-only');
    }
  });

  it('allow one unfinished turn per chat', async () => {
    await client.query(`INSERT INTO chat (id) VALUES ('00000000-0000-7000-8000-000000000001')`);
    const insert = (state: string, lease: string): Promise<unknown> =>
      client.query(
        `INSERT INTO turn (run_id, chat_id, state, lease_until, correlation_id, starts_at, first_mail_at)
         VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000001', '${state}', ${lease}, gen_random_uuid(), now(), now())`,
      );
    await insert('running', 'now()');
    await expect(insert('queued', 'NULL')).rejects.toThrow('turn_unfinished');
    await insert('finished', 'NULL');
  });
});
