import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/index.js';
import { keepEvidence } from './evidence/keep.js';
import { rollReplicas } from './rolling.js';

const rollout = { replicas: 3, restarts: 10, perSecond: 2, lingerMs: 1000, shutdownDelayMs: 4000, drainMs: 180_000 };

describe('ten rolling restarts of three replicas behind a balancer', () => {
  let postgres: EmbeddedPostgres;

  beforeAll(async () => {
    postgres = await startEmbeddedPostgres(mkdtempSync(join(tmpdir(), 'botmaker-agent-chaos-rolling-')), { flags: ['max_connections=400'] });
    await migrate(postgres.url);
  });
  afterAll(() => postgres.stop());

  it('refuse no webhook, lose nothing and answer nobody twice', async () => {
    const report = await rollReplicas({ ...rollout, databaseUrl: postgres.url });
    const { customers, webhooks, failures, lost, duplicated, notStored, exits, longestExitMs, released } = report;
    keepEvidence('rolling', {
      figures: {
        replicas: rollout.replicas, restarts: exits.length, customers, 'calls of the webhook': webhooks, 'answered other than 2xx': failures.length,
        'customers without an answer': lost, 'customers with two answers': duplicated, 'messages in no event': notStored,
        'exits with code 0': exits.filter(({ code }) => code === 0).length, 'longest exit, ms': Math.round(longestExitMs), 'turns given back by a process that stopped': released,
      },
    });
    expect(report).toMatchObject({ failures: [], lost: 0, duplicated: 0, notStored: 0 });
    expect(report.lastWords).toEqual([]);
    expect(exits.map(({ code }) => code)).toEqual(Array.from({ length: rollout.restarts }, () => 0));
  }, 1_800_000);
});
