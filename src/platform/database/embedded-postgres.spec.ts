import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function ask<T>(url: string, sql: string): Promise<T | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query<Record<string, T>>(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

/** Only there can it be known what a process is. */
const onLinux = process.platform === 'linux' ? it : it.skip;

/** The steps build on each other, as a developer's day does. */
describe('the embedded PostgreSQL', () => {
  let dir: string;
  let first: EmbeddedPostgres;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'botmaker-agent-embedded-'));
    chmodSync(dir, 0o755);
    first = await startEmbeddedPostgres(dir, { database: 'of_a_test', flags: ['fsync=off'] });
  });
  afterAll(async () => {
    await first.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('starts from nothing, in the given folder, on loopback only', async () => {
    expect(first.isReused).toBe(false);
    expect(await ask(first.url, 'SHOW data_directory')).toBe(join(dir, 'data'));
    expect(await ask(first.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(first.url, 'SELECT current_database()')).toBe('of_a_test');
  });

  it('is used again when its program is gone and it is not (kill -9)', async () => {
    await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
    const second = await startEmbeddedPostgres(dir, { database: 'of_a_test' });
    expect(second).toMatchObject({ url: first.url, pid: first.pid, isReused: true });
    expect(await ask(second.url, 'SELECT n FROM kept')).toBe(7);
  });

  it('stops when asked, twice if need be, and leaves no lock behind', async () => {
    await first.stop();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(existsSync(join(dir, 'data', 'postmaster.pid'))).toBe(false);
  });

  onLinux('starts over a pid file whose number belongs to another program by now, with its data kept', async () => {
    // What a reboot or a new container leaves behind: here the number of this very process.
    writeFileSync(join(dir, 'data', 'postmaster.pid'), `${process.pid}\n${dir}/data\n1700000000\n5432\n\n127.0.0.1\n0 0\nready\n`);
    first = await startEmbeddedPostgres(dir, { database: 'of_a_test', flags: ['fsync=off'] });
    expect(first.isReused).toBe(false);
    expect(await ask(first.url, 'SELECT n FROM kept')).toBe(7);
  });

  it('says what is wrong when it can not come up', async () => {
    const broken = join(dir, 'broken');
    mkdirSync(join(broken, 'data'), { recursive: true });
    writeFileSync(join(broken, 'data', 'PG_VERSION'), '9.1\n');
    await expect(startEmbeddedPostgres(broken)).rejects.toThrow('postgres.log');
  });
});
