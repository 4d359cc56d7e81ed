import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '../../src/platform/index.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { buildProgram, Program, programToken } from '../support/program.js';
import { newDataDir } from '../support/running-app.js';
import { until } from '../support/until.js';
import { WebhookLoad, type Told } from '../support/webhook-load.js';

/** Real processes, killed without a word while they keep bodies on disk. */
describe('the role api', () => {
  let postgres: OwnPostgres;
  let dataDir: string;
  const programs: Program[] = [];

  beforeAll(async () => {
    buildProgram();
    postgres = await OwnPostgres.start();
    dataDir = newDataDir();
  }, 300_000);
  afterEach(() => Promise.all(programs.splice(0).map((program) => program.kill())));
  afterAll(() => postgres.stop(), 60_000);

  const start = async (): Promise<Program> => {
    const program = await Program.start('api', { DATABASE_URL: postgres.url, DATA_DIR: dataDir });
    programs.push(program);
    return program;
  };
  const loadOn = (program: Program): WebhookLoad => new WebhookLoad(() => program.address, programToken);
  const spoolFiles = (): string[] => readdirSync(join(dataDir, 'spool'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.seg'));
  const storedOf = async (told: Told[]): Promise<{ bodies: number; calls: number }> => {
    const [row] = await postgres.ask<{ bodies: number; calls: number }>(
      'SELECT count(*)::int AS bodies, count(DISTINCT correlation_id)::int AS calls FROM envelope WHERE correlation_id = ANY($1::uuid[])',
      [told.map(({ correlationId }) => correlationId)],
    );
    return row!;
  };
  /** Every acknowledged body is there, and no call twice. What got no answer may be there as well. */
  const areStored = async (loads: WebhookLoad[]): Promise<void> => {
    const acknowledged = loads.flatMap((load) => load.acknowledged);
    expect(acknowledged.length).toBeGreaterThan(50);
    await until(async () => (await storedOf(acknowledged)).calls === acknowledged.length, 'every acknowledged body to be stored', 60_000);
    await until(() => spoolFiles().length === 0, 'the spool to be empty', 60_000);
    const all = await storedOf(loads.flatMap(({ told }) => told));
    expect(all.bodies).toBe(all.calls);
  };

  it('opens its door while the database is away, while it is not migrated, and becomes whole without a restart', async () => {
    await postgres.gate.close();
    const program = await start();
    expect(await Promise.all(['/health/live', '/health/ready', '/health'].map((path) => program.status(path)))).toEqual([200, 200, 503]);
    const load = loadOn(program);
    await until(() => load.acknowledged.length > 50, 'bodies while the database is away', 60_000);
    await postgres.gate.open();
    const before = load.acknowledged.length;
    await until(() => load.acknowledged.length > before + 50, 'bodies while the database is not migrated', 60_000);
    expect(spoolFiles()).not.toEqual([]);

    await migrate(postgres.url);
    await until(async () => (await program.status('/api/v1/entries')) === 200 && (await program.status('/health')) === 200, 'the whole program', 60_000);
    expect(await postgres.ask('SELECT version FROM credential')).toHaveLength(1);
    await load.stop();
    expect(load.told.filter(({ status }) => status !== 200)).toEqual([]);
    await areStored([load]);
  }, 300_000);

  it('loses nothing when it is killed while the database is away: the next one stores what it kept', async () => {
    const loads: WebhookLoad[] = [];
    await postgres.gate.close();
    for (let n = 0; n < 2; n++) {
      const program = await start();
      const load = loadOn(program);
      loads.push(load);
      await until(() => load.acknowledged.length > 50, 'bodies to be kept', 60_000);
      await program.kill();
      await load.stop();
    }
    expect(spoolFiles().length).toBeGreaterThanOrEqual(2);
    await postgres.gate.open();
    await start();
    await areStored(loads);
  }, 300_000);

  it('stores what a sibling kept that was killed, beside its own', async () => {
    await postgres.gate.close();
    const [one, other] = await Promise.all([start(), start()]);
    const loads = [loadOn(one), loadOn(other)];
    await until(() => loads.every((load) => load.acknowledged.length > 50), 'bodies to be kept by both', 60_000);
    await one.kill();
    await postgres.gate.open();
    await Promise.all(loads.map((load) => load.stop()));
    await areStored(loads);
    expect(await other.stop()).toBe(0);
  }, 300_000);
});
