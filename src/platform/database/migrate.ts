import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { runMigrations } from 'graphile-worker';
import pg from 'pg';

export const migrationsDir = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** The schema of LangGraph's checkpoints. */
export const checkpointSchema = 'langgraph';

/** The advisory lock that Prisma's own engine takes, so that our runner and `prisma migrate deploy` exclude each other. */
const prismaLock = 72_707_369;

/** A server that takes a connection and says nothing is as good as none. */
const connectMs = 5000;

/**
 * Brings the database up to date: the tables that the job queue and the agent's checkpoints bring along, each in a schema of
 * its own, and then `prisma/migrations` in order, which every process waits for.
 * It keeps Prisma's table `_prisma_migrations` exactly as `prisma migrate deploy` would, without needing its engine.
 * Several may run at once: one applies, the others wait and find nothing to do. Returns the names applied.
 */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
  // A connection that is lost fails the query that is under way; told a second time, it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
    await runMigrations({ connectionString: url });
    await prepareCheckpoints(url);
    return await applyPending(client);
  } finally {
    await client.end();
  }
}

/** Names of the migrations that the database does not have yet; all of them when it was never migrated. */
export async function pendingMigrations(query: (sql: string) => Promise<{ rows: { migration_name: string }[] }>): Promise<string[]> {
  const names = migrationNames();
  try {
    const { rows } = await query('SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL');
    const done = new Set(rows.map((row) => row.migration_name));
    return names.filter((name) => !done.has(name));
  } catch (error) {
    const undefinedTable = '42P01';
    if ((error as { code?: string }).code === undefinedTable) return names;
    throw error;
  }
}

/** Resolves once the schema is what this version needs; the migrate role is bringing it there. Fails after two minutes. */
export async function waitForMigrations(url: string): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs });
    try {
      await client.connect();
      if ((await pendingMigrations((sql) => client.query(sql))).length === 0) return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
    if (performance.now() > deadline) throw new Error('the schema is not up to date: run the migrate role');
    await new Promise((again) => setTimeout(again, 500));
  }
}

async function prepareCheckpoints(url: string): Promise<void> {
  const saver = PostgresSaver.fromConnString(url, { schema: checkpointSchema });
  try {
    await saver.setup();
  } finally {
    await saver.end();
  }
}

function migrationNames(): string[] {
  return readdirSync(migrationsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(migrationsDir, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort();
}

async function applyPending(client: pg.Client): Promise<string[]> {
  await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
  const failed = await client.query('SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL');
  if (failed.rowCount) throw new Error(`migration ${failed.rows[0].migration_name} failed earlier: mend the database, then "prisma migrate resolve"`);
  const pending = await pendingMigrations((sql) => client.query(sql));
  for (const name of pending) await applyOne(client, name);
  return pending;
}

/**
 * Without parameters pg uses the simple protocol: the file's statements and the record of them run as one implicit transaction.
 * So a run that is killed in the middle leaves nothing behind, and the next one begins anew. What the database refused is
 * recorded, as Prisma's engine would: it needs a person.
 */
async function applyOne(client: pg.Client, name: string): Promise<void> {
  const sql = readFileSync(join(migrationsDir, name, 'migration.sql'));
  const record = [randomUUID(), createHash('sha256').update(sql).digest('hex'), name];
  const values = record.map((value) => client.escapeLiteral(value)).join();
  try {
    await client.query(`${sql.toString('utf8')};\nINSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES (${values}, clock_timestamp(), 1)`);
  } catch (error) {
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) VALUES ($1, $2, $3, $4)', [...record, String(error)]).catch(() => undefined);
    throw error;
  }
}
