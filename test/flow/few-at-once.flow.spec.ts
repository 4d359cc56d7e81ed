import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ModelServer } from '../support/model-server.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

/** More than a process reads at once. */
const many = 12;

describe('many turns that are due at once', () => {
  let model: ModelServer;
  let running: RunningApp;
  let admin: pg.Client;
  /** A transaction sees the activity of others as it was when it first looked: who holds the locks is not who watches. */
  let holder: pg.Client;
  beforeAll(async () => {
    model = await ModelServer.start();
    running = await startApp({ env: { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: model.baseUrl, DEBOUNCE_MS: '5000', DEBOUNCE_CAP_MS: '10000' } });
    admin = new pg.Client({ connectionString: running.database.url });
    holder = new pg.Client({ connectionString: running.database.url });
    await Promise.all([admin.connect(), holder.connect()]);
  });
  afterAll(async () => {
    await Promise.all([admin.end(), holder.end()]);
    await running.stop();
    await model.close();
  });

  const count = async (sql: string): Promise<number> => (await admin.query(sql)).rowCount ?? 0;
  const claiming = (): Promise<number> => count(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FROM conversation%'`);

  it('are claimed a few at a time, while those that wait for the model let others begin, and none has a second job', async () => {
    model.script(() => ({ stallMs: Infinity, text: '' }));
    for (let n = 0; n < many; n++) running.twin.customerWrites({ contactId: `54911500001${String(n).padStart(2, '0')}` }, { text: 'quiero saber si hacen envíos' });
    await until(async () => (await count(`SELECT FROM turn WHERE state = 'queued'`)) === many, 'all turns to be queued');

    await holder.query('BEGIN');
    await holder.query('SELECT FROM conversation FOR UPDATE');
    const takenUp = (): Promise<number> => count(`SELECT FROM graphile_worker.jobs WHERE task_identifier = 'run-turn' AND locked_at IS NOT NULL`);
    await until(async () => (await takenUp()) === many && (await claiming()) >= 5, 'all jobs to be taken up, and the first turns to be claimed', 20_000);
    const seen: number[] = [];
    while (seen.length < 100) seen.push(await claiming());
    expect(Math.max(...seen)).toBe(5);

    // The look-out finds them overdue, each second.
    const jobs = `graphile_worker.jobs WHERE task_identifier = 'run-turn'`;
    const { rows: [first] } = await admin.query<{ taken: string }>(`SELECT min(locked_at)::text AS taken FROM ${jobs}`);
    const taken = `'${first?.taken}'::timestamptz`;
    await until(async () => (await count(`SELECT WHERE clock_timestamp() > ${taken} + interval '4 seconds'`)) === 1, 'the look-out to have come by', 20_000);
    expect(await count(`SELECT FROM ${jobs} AND created_at BETWEEN ${taken} AND ${taken} + interval '4 seconds'`)).toBe(0);
    await holder.query('COMMIT');

    await until(() => model.requests.length === many, 'each to ask the model, though none is answered', 20_000);
  });
});
