import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { Alarms, Database, migrate } from '../../src/platform/index.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';
import { tell, WebhookLoad } from '../support/webhook-load.js';

/** Botmaker gives up at 10 s [O]. */
const longestMs = 10_000;

/** What the whole program does while its database is in trouble and Botmaker goes on telling. */
describe('a webhook while the database', () => {
  let postgres: OwnPostgres;
  let running: RunningApp;
  let held: PoolClient[] = [];

  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    await migrate(postgres.url);
    running = await startApp({ database: { url: postgres.url, drop: () => postgres.stop() }, env: { SPOOL_MAX_BYTES: String(4 * 1024 * 1024) } });
  }, 300_000);
  afterAll(() => running.stop(), 90_000);

  const token = (): string => running.twin.webhookToken;
  const spooled = (): boolean => 'spool-in-use' in running.app.get(Alarms).raised();

  const troubles: [what: string, begin: () => Promise<void> | void, end: () => Promise<void> | void][] = [
    ['has crashed and is started again', () => postgres.kill(), () => postgres.restart()],
    ['is frozen', () => postgres.freeze(), () => postgres.thaw()],
    ['can not commit: its standby does not answer', () => postgres.set('synchronous_standby_names', 'ghost'), () => postgres.set('synchronous_standby_names', null)],
    ['only lets itself be read', () => postgres.set('default_transaction_read_only', 'on'), () => postgres.set('default_transaction_read_only', null)],
    [
      'has no connection left for the door',
      async () => void (held = await Promise.all([1, 2, 3].map(() => running.app.get(Database).ingest.connect()))),
      () => held.forEach((client) => client.release()),
    ],
    ['has vanished, and no packet says so', () => postgres.gate.silence(), () => postgres.gate.speak()],
  ];

  it.each(troubles)('%s is answered 200, and is an event once when that is over', async (_what, begin, end) => {
    const load = new WebhookLoad(() => running.address, token());
    await until(() => load.told.length > 20, 'some calls before the trouble', 60_000);
    await begin();
    await until(spooled, 'bodies to be kept on disk', 60_000);
    const before = load.told.length;
    await until(() => load.told.length > before + 100, 'a hundred more calls', 60_000);
    expect(spooled()).toBe(true);
    await end();
    await until(() => !spooled(), 'what was kept to be stored', 150_000);
    await load.stop();

    expect(load.told.filter(({ status, ms }) => status !== 200 || ms > longestMs)).toEqual([]);
    await until(async () => (await postgres.ask('SELECT FROM envelope WHERE read_at IS NULL LIMIT 1')).length === 0 && !spooled(), 'every body to be read', 90_000);
    const [stored] = await postgres.ask(
      `SELECT (SELECT count(*)::int FROM event WHERE remote_id = ANY($1)) AS events, (SELECT count(DISTINCT remote_id)::int FROM event WHERE remote_id = ANY($1)) AS messages,
        (SELECT count(*)::int FROM envelope WHERE correlation_id = ANY($2::uuid[])) AS bodies`,
      [load.told.map(({ messageId }) => messageId), load.told.map(({ correlationId }) => correlationId)],
    );
    const all = load.told.length;
    expect(stored).toEqual({ events: all, messages: all, bodies: all });
  }, 400_000);

  it('is away and the disk is full is answered 503, until there is room again', async () => {
    await postgres.kill();
    const large = 'x'.repeat(900_000);
    const answers: number[] = [];
    for (let n = 0; n < 6; n++) answers.push((await tell(running.address, token(), large)).status);
    expect(answers).toEqual([200, 200, 200, 200, 503, 503]);
    expect(Object.keys(running.app.get(Alarms).raised())).toEqual(expect.arrayContaining(['spool-in-use', 'spool-full']));
    const probes = await Promise.all(['live', 'ready'].map((probe) => fetch(`${running.address}/health/${probe}`)));
    expect(probes.map(({ status }) => status)).toEqual([200, 200]);

    await postgres.restart();
    await until(() => !spooled(), 'what was kept to be stored', 150_000);
    expect(running.app.get(Alarms).raised()).toEqual({});
    expect((await tell(running.address, token(), large)).status).toBe(200);
    await until(async () => (await postgres.ask(`SELECT FROM event WHERE text LIKE 'xxx%'`)).length === 5, 'the five that were accepted to be events', 60_000);
  }, 300_000);
});
