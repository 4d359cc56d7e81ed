import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { DatabaseConfig } from '../config/app-config.js';
import { Secret } from '../config/secret.js';
import { Database } from './database.service.js';

describe('a database whose server is set to the local time of its country', () => {
  let testDatabase: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    const admin = new pg.Client({ connectionString: testDatabase.url });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${pg.escapeIdentifier(new URL(testDatabase.url).pathname.slice(1))} SET timezone = 'America/Bogota'`);
    await admin.end();
    database = new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'));
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await testDatabase.drop();
  });

  it('gives back the moment that was stored, whether Prisma or Postgres wrote it and whoever reads it', async () => {
    const moment = new Date('2026-03-02T14:00:00.123Z');
    const { prisma } = database;
    const id = randomUUID();
    await prisma.chat.create({ data: { id, createdAt: moment } });
    expect((await prisma.chat.findUniqueOrThrow({ where: { id } })).createdAt).toEqual(moment);
    expect(await prisma.$queryRaw`SELECT created_at AS at FROM chat WHERE created_at = ${moment}`).toEqual([{ at: moment }]);
    for (const pool of [database.ingest, database.jobs, database.turns, database.reports]) expect((await pool.query('SELECT created_at AS at FROM chat WHERE created_at = $1', [moment])).rows).toEqual([{ at: moment }]);
    const [{ now } = { now: new Date(0) }] = await prisma.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(60_000);
  });
});
