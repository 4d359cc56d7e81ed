// One PostgreSQL for a whole run, with the durability it ships with (fsync and synchronous_commit on), and a fresh copy of
// the product's schema for each measurement.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, startEmbeddedPostgres } from '../build/platform/index.js';

const template = 'bench_template';

/** Starts the server in a folder of its own. `flags`: `name=value` settings of PostgreSQL. */
export async function startDatabase(flags = []) {
  // BENCH_DIR: a folder on the disk to be measured; a temporary folder in memory would make every commit free.
  const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'botmaker-agent-bench-'));
  chmodSync(dir, 0o755);
  const server = await startEmbeddedPostgres(dir, { database: template, flags });
  await migrate(server.url);
  const admin = new pg.Client({ connectionString: urlOf(server.url, 'postgres') });
  await admin.connect();
  return {
    admin,
    /** A migrated, empty database; whatever had the name is dropped. */
    async fresh(name) {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      await admin.query('CHECKPOINT');
      return urlOf(server.url, name);
    },
    async drop(name) {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
    async about() {
      const { rows } = await admin.query(`SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes')`);
      return { ...Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), commitMs: await commitMs(admin) };
    },
    async stop() {
      await admin.end();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Asks one question in a database of the run. */
export async function ask(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const urlOf = (url, name) => url.replace(/\/[^/]+$/, `/${name}`);

/** What one small durable commit costs here: the median of 200, in ms. It tells how honest the disk is. */
async function commitMs(client) {
  await client.query('CREATE TABLE IF NOT EXISTS bench_commit (n int)');
  const times = [];
  for (let n = 0; n < 200; n++) {
    const startedAt = performance.now();
    await client.query('INSERT INTO bench_commit VALUES (1)');
    times.push(performance.now() - startedAt);
  }
  await client.query('DROP TABLE bench_commit');
  return Number(times.sort((one, other) => one - other)[100].toFixed(2));
}
