import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { noDatabase } from '../../../test/support/test-limits.js';
import { Database, DatabaseConfig, Secret } from '../../platform/index.js';
import { DatabaseLook } from './database-look.store.js';

describe('the look at the database', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  const open: Database[] = [];
  const role = `agent_app_${randomBytes(4).toString('hex')}`;

  const lookAs = (url: string): DatabaseLook => {
    const opened = new Database(new DatabaseConfig(new Secret(url), '.data'));
    open.push(opened);
    return new DatabaseLook(opened);
  };
  const asApp = (): DatabaseLook => {
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'app'];
    return lookAs(url.href);
  };
  const grant = async (): Promise<void> => {
    // What psql does: its variables filled in, and what the last query makes is run in turn.
    const script = readFileSync('deploy/database-roles.sql', 'utf8').replace(/^\\set.*$/m, '').replaceAll(':"app"', role).replaceAll(":'app'", `'${role}'`);
    const [before = '', after = ''] = script.split('\\gexec');
    const results = (await admin.query(before)) as unknown as { rows: Record<string, string>[] }[];
    for (const row of results.at(-1)?.rows ?? []) await admin.query(Object.values(row)[0] ?? '');
    await admin.query(after);
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'app'`);
  });
  afterAll(async () => {
    for (const opened of open) await opened.onApplicationShutdown();
    await admin.query(`DROP OWNED BY ${role}`);
    await admin.query(`DROP ROLE ${role}`);
    await admin.end();
    await database.drop();
  });

  it('sees a migrated database of its own as well', async () => {
    expect(await lookAs(database.url).look()).toEqual({ value: expect.objectContaining({ pendingMigrations: 0, isOwner: true, missingGrants: [] }) });
  });

  it('names what a role of its own may not do, langgraph included, and nothing once the roles are granted', async () => {
    const before = await asApp().look();
    expect(before).toMatchObject({ value: { isOwner: false, missingGrants: expect.arrayContaining(['USAGE on langgraph', 'USAGE on graphile_worker', 'INSERT on public.event', 'SELECT on public._prisma_migrations']) } });
    await grant();
    expect(await asApp().look()).toMatchObject({ value: { isOwner: false, missingGrants: [], canChangeLog: false, pendingMigrations: 0 } });
  });

  it('sees that a role could rewrite the log', async () => {
    await admin.query(`GRANT UPDATE ON entry TO ${role}`);
    expect(await asApp().look()).toMatchObject({ value: { canChangeLog: true } });
    await admin.query(`REVOKE UPDATE ON entry FROM ${role}`);
  });

  it('misses a policy of the queue’s tables, without which the role would see no job', async () => {
    const { rows } = await admin.query<{ tablename: string }>(`SELECT tablename FROM pg_tables WHERE schemaname = 'graphile_worker' AND rowsecurity LIMIT 1`);
    const table = rows[0]?.tablename ?? '';
    await admin.query(`DROP POLICY app ON graphile_worker.${table}`);
    expect(await asApp().look()).toMatchObject({ value: { missingGrants: [`POLICY on graphile_worker.${table}`] } });
  });

  it('finds the lines of all chats', async () => {
    for (const channelId of ['b-line', 'a-line', 'b-line', null]) await admin.query('INSERT INTO chat (id, channel_id, contact_id) VALUES ($1, $2, $3)', [randomUUID(), channelId, randomUUID()]);
    expect(await lookAs(database.url).knownLineIds()).toEqual(['a-line', 'b-line']);
  });

  it('of a database that is away tells the code and no address', async () => {
    const away = noDatabase();
    expect(await new DatabaseLook(away).look()).toEqual({ unseen: 'ECONNREFUSED' });
    await away.onApplicationShutdown();
  });
});
