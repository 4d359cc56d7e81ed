import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, Module, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Interval, SchedulerRegistry } from '@nestjs/schedule';
import { Test } from '@nestjs/testing';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { until } from '../../test/support/until.js';
import { Database, Drain, loadConfig, PlatformModule } from './index.js';

let address = '';
const seen: string[] = [];

@Controller('slow')
class SlowController {
  @Get()
  async slow(): Promise<string> {
    seen.push('request begins');
    await delay(300);
    seen.push('request ends');
    return 'done';
  }
}

/** A room that still has something to store when nobody is let in any more: the door's spool is one. */
@Injectable()
class RoomWithLeftovers implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  beforeApplicationShutdown(): void {
    seen.push('rooms stop working');
  }

  async onApplicationShutdown(): Promise<void> {
    const isOpen = await fetch(`${address}/slow`).then(() => true, () => false);
    const [row] = await this.database.prisma.$queryRaw<{ one: number }[]>`SELECT 1 AS one`;
    seen.push(`rooms close: server ${isOpen ? 'open' : 'closed'}, database ${row?.one === 1 ? 'open' : 'closed'}`);
  }
}

/** A look-out in two steps: between them it holds nothing of the database. */
@Injectable()
class TwoStepLookOut {
  constructor(
    private readonly database: Database,
    private readonly drain: Drain,
  ) {}

  @Interval(10)
  async look(): Promise<void> {
    await this.drain.hold('the look-out', async () => {
      seen.push('look begins');
      await this.database.prisma.$queryRaw`SELECT 1`;
      await delay(200);
      await this.database.prisma.$queryRaw`SELECT 1`;
      seen.push('look ends');
    });
  }
}

@Module({ controllers: [SlowController], providers: [RoomWithLeftovers, TwoStepLookOut] })
class RoomModule {}

describe('the way out of a process', () => {
  let base: TestDatabase;
  let app: NestFastifyApplication;

  const start = async (env: Record<string, string> = {}): Promise<void> => {
    const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', MANAGEMENT_PORT: '0', DATABASE_URL: base.url, ...env }, () => 'made');
    const module = await Test.createTestingModule({ imports: [PlatformModule.for(config, 'all'), RoomModule] }).compile();
    app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ return503OnClosing: false, forceCloseConnections: 'idle' }), { logger: false });
    await app.listen(0, '127.0.0.1');
    address = await app.getUrl();
  };
  beforeEach(async () => {
    base = await createTestDatabase();
  });
  afterEach(() => base.drop());

  it('is taken in order: work ends, requests end, rooms close with the database, the database is last', async () => {
    await start();
    await until(() => seen.includes('look begins'), 'a look-out');
    const request = fetch(`${address}/slow`).then((response) => response.text());
    await until(() => seen.includes('request begins'), 'the request');
    seen.length = 0;
    await app.close();
    expect(await request).toBe('done');
    expect(seen.at(-1)).toBe('rooms close: server closed, database open');
    expect(seen.indexOf('request ends')).toBeLessThan(seen.length - 1);
    await expect(app.get(Database).ingest.query('SELECT 1')).rejects.toThrow();
    // Whatever was begun was ended, and nothing was begun any more.
    const [begun, ended] = ['look begins', 'look ends'].map((what) => seen.filter((entry) => entry === what).length);
    expect(begun).toBe(0);
    expect(ended).toBeGreaterThan(0);
  });

  it('begins at the signal: look-outs stop at once, and the door serves for as long as a balancer needs', async () => {
    await start({ SHUTDOWN_DELAY_MS: '700' });
    const drain = app.get(Drain);
    drain.begin();
    expect(drain.isDraining).toBe(true);
    expect(app.get(SchedulerRegistry).getIntervals()).toEqual([]);
    const begunAt = performance.now();
    const closed = app.close();
    expect(await fetch(`${address}/slow`).then((response) => response.status)).toBe(200);
    await closed;
    expect(performance.now() - begunAt).toBeGreaterThanOrEqual(690);
  });

  it('names what is still going on', async () => {
    await start();
    const drain = app.get(Drain);
    let finish = (): void => undefined;
    const work = drain.hold('the long work', () => new Promise<void>((done) => (finish = done)));
    expect(drain.running()).toContain('the long work');
    finish();
    await work;
    expect(drain.running()).not.toContain('the long work');
    await app.close();
  });
});
