import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Drain } from '../../src/platform/index.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

const bodies = 320;
/** What one transaction reads. */
const batch = 200;

/** Whoever reads on while others serve uses up the grace. */
describe('a process that drains while there are bodies to read', () => {
  let door: RunningApp;
  let leaving: RunningApp;
  let admin: pg.Client;
  beforeAll(async () => {
    door = await startApp({ role: 'api' });
    leaving = await startApp({ role: 'worker', beside: door });
    admin = new pg.Client({ connectionString: door.database.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await door.stop();
  });

  it('files the batch at hand, and leaves the others and a job for them to another', async () => {
    const count = async (sql: string): Promise<number | null> => (await admin.query(sql)).rowCount;
    await admin.query('BEGIN');
    await admin.query(`SELECT pg_advisory_xact_lock(hashtext('read envelopes'))`);
    await Promise.all(Array.from({ length: bodies }, (_, n) => door.post({ type: 'message', chatChannelId: 'acme-whatsapp-1', contactId: '1', messages: [{ _id_: `M${n}`, from: 'bot', message: 'hola' }] })));
    await until(async () => (await count(`SELECT FROM pg_locks WHERE NOT granted AND locktype = 'advisory'`)) === 1, 'the reader to wait');
    leaving.app.get(Drain).begin();
    const closed = leaving.stop();
    await admin.query('COMMIT');
    await closed;
    expect(await count('SELECT FROM envelope WHERE read_at IS NULL')).toBe(bodies - batch);
    expect(await count(`SELECT FROM graphile_worker._private_jobs WHERE key = 'read-envelopes:' AND locked_at IS NULL`)).toBe(1);

    const next = await startApp({ role: 'worker', beside: door });
    await until(async () => (await count('SELECT FROM envelope WHERE read_at IS NULL')) === 0, 'the others to be read');
    await next.stop();
    expect(await count(`SELECT FROM event WHERE kind = 'message'`)).toBe(bodies);
  });
});
