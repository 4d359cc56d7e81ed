import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Runner } from 'graphile-worker';
import pg from 'pg';
import { Prisma } from '../../generated/prisma/client.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { until } from '../../../test/support/until.js';
import { loadConfig } from '../config/load-config.js';
import { Database } from '../database/database.service.js';
import { AppError, type ErrorKind } from '../errors/app-error.js';
import { PlatformModule } from '../platform.module.js';
import { HandlesJob, type JobHandler } from './handles-job.decorator.js';
import { hasJob } from './has-job.js';
import { JobRunner } from './job-runner.service.js';
import { defineJob, type JobPayload, type Outsider } from './job.js';
import { Jobs } from './jobs.service.js';

interface Numbered extends JobPayload {
  id: string;
  n?: number;
}

const correlationId = '00000000-0000-4000-8000-000000000001';
const payload = (id: string, n = 0): Numbered => ({ correlationId, id, n });

/** Nobody handles this one: what is enqueued stays where it can be looked at. */
const unhandled = defineJob<Numbered>('unhandled', ({ id }) => id);
const noting = defineJob<Numbered>('noting', ({ id }) => id);
const asking = defineJob<Numbered>('asking', ({ id }) => id, 'model');
const failing = defineJob<Numbered & { kind: ErrorKind }>('failing', ({ id }) => id);

@Injectable()
@HandlesJob(noting)
class Noting implements JobHandler<Numbered> {
  readonly done: { payload: Numbered; at: number }[] = [];
  /** Held until this resolves. */
  gate: Promise<void> = Promise.resolve();
  started = 0;

  async handle(given: Numbered): Promise<void> {
    this.started++;
    await this.gate;
    this.done.push({ payload: given, at: Date.now() });
  }
}

/** As good as a model that does not answer. */
@Injectable()
@HandlesJob(asking)
class Asking implements JobHandler<Numbered> {
  started = 0;
  answer = (): void => undefined;
  private readonly answered = new Promise<void>((answered) => (this.answer = answered));

  handle(): Promise<void> {
    this.started++;
    return this.answered;
  }
}

@Injectable()
@HandlesJob(failing)
class Failing implements JobHandler<Numbered & { kind: ErrorKind }> {
  readonly tried: string[] = [];

  handle({ id, kind }: Numbered & { kind: ErrorKind }): Promise<void> {
    this.tried.push(id);
    return Promise.reject(new AppError(kind, `test.${kind}`, 'as told'));
  }
}

@Injectable()
@HandlesJob(noting)
class AlsoNoting implements JobHandler<Numbered> {
  handle(): Promise<void> {
    return Promise.resolve();
  }
}

describe('jobs', () => {
  let base: TestDatabase;
  let module: TestingModule;
  let database: Database;
  let jobs: Jobs;

  const platform = () =>
    PlatformModule.for(loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', MANAGEMENT_PORT: '0', DATABASE_URL: base.url }, () => 'made'), 'worker');
  const enqueue = (given: Numbered, job = unhandled, runAt?: Date): Promise<void> => database.inTransaction((tx) => jobs.enqueue(tx, job, given, runAt));
  const waiting = (name: string): Promise<{ payload: Numbered; attempts: number; runAt: Date; lastError: string | null }[]> => database.prisma.$queryRaw`
    SELECT j.payload, j.attempts, j.run_at AS "runAt", j.last_error AS "lastError"
    FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = ${name} ORDER BY j.id`;

  beforeAll(async () => {
    base = await createTestDatabase();
    module = await Test.createTestingModule({ imports: [platform()], providers: [Noting, Asking, Failing] }).compile();
    module.useLogger(false);
    await module.init();
    database = module.get(Database);
    jobs = module.get(Jobs);
  });
  afterAll(async () => {
    await module.close();
    await base.drop();
  });
  beforeEach(() => database.prisma.$executeRaw`DELETE FROM graphile_worker._private_jobs`);

  it('are enqueued by the transaction that needs them: rolled back with it, committed with it', async () => {
    const rolledBack = database.inTransaction(async (tx) => {
      await jobs.enqueue(tx, unhandled, payload('lost'));
      throw new Error('second thoughts');
    });
    await expect(rolledBack).rejects.toThrow('second thoughts');
    expect(await waiting('unhandled')).toEqual([]);

    await enqueue(payload('kept'));
    expect(await waiting('unhandled')).toMatchObject([{ payload: payload('kept'), attempts: 0 }]);
  });

  it('collapse by key while they wait: the last payload counts', async () => {
    for (const n of [1, 2, 3]) await enqueue(payload('same', n));
    await database.inTransaction((tx) => jobs.enqueueAll(tx, unhandled, [payload('same', 4), payload('other', 5), payload('other', 6)]));
    expect((await waiting('unhandled')).map((job) => job.payload.n)).toEqual([4, 6]);
  });

  it.each([
    ['waits', 'run_at = now()', true],
    ['rests until later', `run_at = now() + interval '1 minute'`, false],
    ['was taken when the work was due', 'locked_at = now()', true],
    ['was taken before the work was due, by whoever died with it', `locked_at = now() - interval '3 seconds'`, false],
    ['was taken long ago', `locked_at = now() - interval '6 seconds', created_at = now() - interval '1 hour'`, false],
    ['has failed for good', 'attempts = max_attempts', false],
  ])('for overdue work: one that %s', async (_what, change, isThere) => {
    const hasOne = (id: string): Promise<unknown> => database.prisma.$queryRaw`SELECT ${hasJob(unhandled, Prisma.sql`${id}`, Prisma.sql`(SELECT max(created_at) FROM graphile_worker._private_jobs) - interval '2 seconds'`)} AS "is"`;
    await enqueue(payload('late'));
    await database.prisma.$executeRawUnsafe(`UPDATE graphile_worker._private_jobs SET ${change}`);
    expect(await hasOne('late')).toEqual([{ is: isThere }]);
    expect(await hasOne('other')).toEqual([{ is: false }]);
  });

  it('of different kinds never collapse, whatever their keys', async () => {
    const soon = new Date(Date.now() + 60_000);
    await enqueue(payload('same'), unhandled, soon);
    await enqueue(payload('same'), noting, soon);
    expect([(await waiting('unhandled')).length, (await waiting('noting')).length]).toEqual([1, 1]);
  });

  it('wait until their time, and a new time replaces the old one (a debounce)', async () => {
    await enqueue(payload('later'), noting, new Date(Date.now() + 60_000));
    const runAt = new Date(Date.now() + 300);
    await enqueue(payload('later', 1), noting, runAt);
    const handler = module.get(Noting);
    const { at, payload: given } = await until(() => handler.done.find((done) => done.payload.id === 'later'), 'the delayed job');
    expect(given).toEqual(payload('later', 1));
    expect(at).toBeGreaterThanOrEqual(runAt.getTime());
    expect(at - runAt.getTime()).toBeLessThan(1500);
  });

  it('that are enqueued while one with their key runs run too, even beside it: nothing is missed, and handlers take their own locks', async () => {
    const handler = module.get(Noting);
    let open = (): void => undefined;
    handler.gate = new Promise((opened) => (open = opened));
    const before = handler.started;
    await enqueue(payload('busy', 1), noting);
    await until(() => handler.started > before, 'the first run');
    await enqueue(payload('busy', 2), noting);
    await until(() => handler.started > before + 1, 'the second run, while the first one is held');
    open();
    await until(() => handler.done.filter((done) => done.payload.id === 'busy').length === 2, 'both ends');
    expect(handler.done.map((done) => done.payload.n)).toEqual(expect.arrayContaining([1, 2]));
  });

  it.each<ErrorKind>(['invalid', 'forbidden', 'not-found', 'conflict', 'upstream-rejected', 'outcome-unknown'])(
    'that fail as "%s" are over: trying again would change nothing, or could do it twice',
    async (kind) => {
      const handler = module.get(Failing);
      await database.inTransaction((tx) => jobs.enqueue(tx, failing, { ...payload(kind), kind }));
      await until(() => handler.tried.includes(kind), 'the try');
      await until(async () => (await waiting('failing')).length === 0, 'the end of the job');
      expect(handler.tried.filter((id) => id === kind)).toHaveLength(1);
    },
  );

  it.each<ErrorKind>(['upstream-unavailable', 'rate-limited', 'bug', 'shutdown'])('that fail as "%s" are tried again, later', async (kind) => {
    const handler = module.get(Failing);
    await database.inTransaction((tx) => jobs.enqueue(tx, failing, { ...payload(kind), kind }));
    const job = await until(async () => (await waiting('failing')).find(({ lastError }) => lastError), 'the failure');
    expect(job).toMatchObject({ attempts: 1, lastError: expect.stringContaining('as told') });
    expect(job.runAt.getTime()).toBeGreaterThan(Date.now() + 500);

    await database.prisma.$executeRaw`UPDATE graphile_worker._private_jobs SET run_at = now()`;
    await until(() => handler.tried.filter((id) => id === kind).length === 2, 'the second try');
    // Its own row is unlocked again before the next test clears the table.
    await until(async () => (await waiting('failing'))[0]?.attempts === 2, 'the second failure');
  });

  it('whose end can not be noted, because the database is gone, end when it is back, and the process lives on', async () => {
    const handler = module.get(Noting);
    let open = (): void => undefined;
    handler.gate = new Promise((opened) => (open = opened));
    const before = handler.started;
    await enqueue(payload('cut off'), noting);
    await until(() => handler.started > before, 'the run');
    const name = new URL(base.url).pathname.slice(1);
    const admin = new pg.Client({ connectionString: base.url.replace(/\/[^/]+$/, '/postgres') });
    await admin.connect();
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    open();
    await until(() => handler.done.some((done) => done.payload.id === 'cut off'), 'the end of the work');
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
    await until(async () => (await waiting('noting').catch(() => [null])).length === 0, 'the end to be noted', 20_000);
  });

  it('go on when the queue has ended by itself: it is begun anew', async () => {
    const runner = module.get(JobRunner, { strict: false }) as unknown as { runners: Map<Outsider, Runner> };
    await runner.runners.get('nobody')!.stop();
    await enqueue(payload('after the end'), noting);
    await until(() => module.get(Noting).done.some((done) => done.payload.id === 'after the end'), 'the job', 20_000);
  });

  it('that wait for a model keep no others waiting, however many they are', async () => {
    const many = Array.from({ length: 80 }, (_, n) => payload(`slow ${n}`));
    await database.inTransaction((tx) => jobs.enqueueAll(tx, asking, many));
    const slow = module.get(Asking);
    await until(() => slow.started >= 30, 'all slots for the model to be taken');
    await enqueue(payload('beside the slow'), noting);
    await until(() => module.get(Noting).done.some((done) => done.payload.id === 'beside the slow'), 'the job beside them');
    expect(slow.started).toBeLessThan(many.length);
    slow.answer();
    await until(async () => (await waiting('asking')).length === 0, 'the rest', 20_000);
  });

  it('have one handler each: a second one stops the boot', async () => {
    const twice = await Test.createTestingModule({ imports: [platform()], providers: [Noting, AlsoNoting] }).compile();
    await expect(twice.init()).rejects.toThrow('two classes handle the job "noting": keep one');
    await twice.close();
  });
});
