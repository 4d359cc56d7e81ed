import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { built } from '../support/replica.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { rollReplicas } from './rolling.js';

/** Real processes on a machine that does other things too. */
const patienceMs = 600_000;
const short = { replicas: 3, restarts: 3, perSecond: 1, lingerMs: 1000, shutdownDelayMs: 4000 };

describe('a rollout under load', () => {
  let database: TestDatabase;

  beforeAll(() => built(), patienceMs);
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('refuses no webhook, and answers each customer once', async () => {
    const report = await rollReplicas({ ...short, databaseUrl: database.url });
    expect(report).toMatchObject({ failures: [], lost: 0, duplicated: 0, notStored: 0 });
    expect(report.exits).toEqual(report.exits.map(() => expect.objectContaining({ code: 0, signal: null })));
    expect(report.longestExitMs).toBeLessThan(25_000);
  }, patienceMs);

  it('would refuse webhooks without the time that a balancer needs to see it', async () => {
    const report = await rollReplicas({ ...short, replicas: 2, restarts: 2, shutdownDelayMs: 0, databaseUrl: database.url });
    expect(report.failures.length).toBeGreaterThan(0);
  }, patienceMs);
});
