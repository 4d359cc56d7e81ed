import { randomBytes } from 'node:crypto';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, startEmbeddedPostgres } from '../../src/platform/index.js';

const template = 'template_migrated';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A migrated database of the caller's own: a clone of a template, so it costs milliseconds, on a real PostgreSQL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, async (admin) => {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: server.replace(/\/[^/]+$/, `/${name}`),
    drop: () => asAdmin(server, async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

/** Starts the run's server, or finds the one that another test file started: a folder is the lock between the two. */
async function testServer(): Promise<string> {
  const dir = process.env['TEST_POSTGRES_DIR'];
  if (!dir) throw new Error('TEST_POSTGRES_DIR is not set: run the tests through jest.config.mjs');
  const release = await lock(join(dir, 'starting'));
  try {
    // Durability is what fsync is for; these databases are thrown away.
    const { url } = await startEmbeddedPostgres(dir, { database: 'postgres', flags: ['fsync=off', 'full_page_writes=off', 'max_connections=400'] });
    await asAdmin(url, async (admin) => {
      const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
      if (found.rowCount) return;
      await admin.query('CREATE DATABASE template_making');
      await migrate(url.replace(/\/[^/]+$/, '/template_making'));
      await admin.query(`ALTER DATABASE template_making RENAME TO ${template}`);
    });
    return url;
  } finally {
    release();
  }
}

async function lock(folder: string): Promise<() => void> {
  for (;;) {
    try {
      mkdirSync(folder);
      return () => rmdirSync(folder);
    } catch {
      await new Promise((again) => setTimeout(again, 20));
    }
  }
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url.replace(/\/[^/]+$/, '/postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
