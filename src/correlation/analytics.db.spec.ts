import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { seedStory } from '../../test/support/seeded-story.js';
import { Database, DatabaseConfig, Secret } from '../platform/index.js';

const page = readFileSync(new URL('../../docs/analytics.md', import.meta.url), 'utf8');
const questions = [...page.matchAll(/^\*\*(.+?)\*\*.*\n\n```sql\n([\s\S]+?)```/gm)].map(([, title = '', sql = '']): [string, string] => [title, sql]);
const documented = [...page.matchAll(/\n### (\w+)\n([\s\S]+?)(?=\n##)/g)].map(([, view = '', text = '']): [string, string[]] => [
  view,
  [...text.matchAll(/^\| (\w+) \| ([\w ]+?) \| .+\|$/gm)].filter(([, name]) => name !== 'column').map(([, name, type]) => `${name} ${type}`),
]);
const personal = ['contacts', 'message_texts'];

describe('analytics', () => {
  let testDatabase: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    const database = new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'));
    await seedStory(database.prisma, { startsAt: new Date(Date.now() - 3600_000) });
    await database.onApplicationShutdown();
    client = new pg.Client({ connectionString: testDatabase.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await testDatabase.drop();
  });

  const asReader = async <Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> => {
    await client.query('SET ROLE analytics_reader');
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.query('RESET ROLE');
    }
  };

  it('has on its page every view of the schema', async () => {
    const { rows } = await client.query<{ name: string }>(`SELECT table_name AS name FROM information_schema.views WHERE table_schema = 'analytics'`);
    expect(rows.map((row) => row.name).sort()).toEqual(documented.map(([view]) => view).sort());
    expect(documented).toHaveLength(10);
  });

  it.each(documented)('has in %s exactly the columns that its page lists', async (view, columns) => {
    const { rows } = await client.query<{ column: string }>(
      `SELECT column_name || ' ' || data_type AS column FROM information_schema.columns WHERE table_schema = 'analytics' AND table_name = $1 ORDER BY ordinal_position`,
      [view],
    );
    expect(rows.map((row) => row.column)).toEqual(columns);
  });

  it.each(questions)('answers: %s', async (_title, sql) => {
    expect((await asReader<Record<string, unknown>>(sql)).length).toBeGreaterThanOrEqual(sql.includes('waiting_since') ? 0 : 1);
  });

  it('has eight questions', () => {
    expect(questions).toHaveLength(8);
  });

  it('lets the reader see the views, but no table, no text and no person, and change nothing', async () => {
    for (const [view] of documented.filter(([name]) => !personal.includes(name))) await asReader(`SELECT * FROM analytics.${view}`);
    for (const view of personal) await expect(asReader(`SELECT * FROM analytics.${view}`)).rejects.toThrow('permission denied');
    for (const table of ['entry', 'event', 'message', 'chat', 'conversation', 'turn', 'credential', 'api_key', 'envelope']) {
      await expect(asReader(`SELECT * FROM public.${table}`)).rejects.toThrow('permission denied');
    }
    await expect(asReader('UPDATE analytics.messages SET state = $$read$$')).rejects.toThrow(/permission denied|cannot update view/);
    const { rows } = await client.query<{ settings: string }>(`SELECT array_to_string(rolconfig, ' ') AS settings FROM pg_roles WHERE rolname = 'analytics_reader'`);
    expect(rows[0]?.settings).toContain('statement_timeout=60s');
  });

  it('shows no phone number, name or text in any view that the reader may see', async () => {
    for (const [view] of documented.filter(([name]) => !personal.includes(name))) {
      const rows = JSON.stringify(await asReader(`SELECT * FROM analytics.${view}`));
      for (const secret of ['5491150001234', 'Ana', 'Rosario', 'Cuánto', 'Olga', 'K7Q2M9X4T1B8V5N3C6Z0']) expect({ view, secret, shown: rows.includes(secret) }).toEqual({ view, secret, shown: false });
    }
  });

  describe('counted by hand', () => {
    it('a turn: two messages read, two sent, its tokens and its model', async () => {
      const [turn] = await asReader<Record<string, unknown>>('SELECT * FROM analytics.turns');
      expect(turn).toMatchObject({ outcome: 'answered', customer_messages: '2', messages_sent: '2', model: 'openai:gpt-5-mini', input_tokens: '812', output_tokens: '96' });
      expect(turn?.['wait_seconds']).toBeCloseTo(4.1, 3);
      expect(turn?.['work_seconds']).toBeCloseTo(2.2, 3);
    });

    it('an answer: 6.9 s until Botmaker took it, 9 s until it was there, 15 s until it was read', async () => {
      const [row] = await asReader<Record<string, unknown>>('SELECT * FROM analytics.answer_times');
      expect([row?.['seconds_to_accepted'], row?.['seconds_to_delivered'], row?.['seconds_to_read']].map(Number)).toEqual([6.9, 9, 15]);
    });

    it('four customer messages: two answered, two not, each with its reason', async () => {
      const rows = await asReader<Record<string, unknown>>('SELECT stage, reason FROM analytics.unanswered ORDER BY event_id');
      expect(rows).toEqual([{ stage: 'conversation', reason: 'not-handed-off' }, { stage: 'conversation', reason: 'owned-by-human' }]);
    });

    it('an hour of the webhook, and its silence', async () => {
      const [totals] = await asReader<Record<string, unknown>>('SELECT sum(accepted)::int AS accepted, sum(duplicate)::int AS duplicate, sum(quarantined)::int AS quarantined, sum(events)::int AS events FROM analytics.webhook_health');
      expect(totals).toEqual({ accepted: 6, duplicate: 1, quarantined: 1, events: 8 });
      const [hours] = await asReader<Record<string, unknown>>('SELECT count(*)::int AS hours FROM analytics.webhook_health');
      expect(hours?.['hours']).toBe(2);
    });
  });

  it('follows a message to its end: not sent yet, refused after it was accepted, a turn that stays silent', async () => {
    await client.query('BEGIN');
    const stages = async (): Promise<unknown[]> => (await asReader('SELECT stage, reason FROM analytics.unanswered WHERE run_id IS NOT NULL ORDER BY event_id')).slice(0, 1);
    await client.query(`UPDATE message SET state = 'dead', reason = '131047'`);
    expect(await stages()).toEqual([{ stage: 'outbox', reason: '131047' }]);
    await client.query(`UPDATE message SET state = 'planned', reason = NULL`);
    expect(await stages()).toEqual([{ stage: 'outbox', reason: 'planned' }]);
    await client.query('DELETE FROM message');
    await client.query(`UPDATE turn SET outcome = 'silent'`);
    expect(await stages()).toEqual([{ stage: 'turn', reason: 'silent' }]);
    await client.query(`UPDATE turn SET state = 'queued', outcome = NULL`);
    expect(await stages()).toEqual([{ stage: 'waiting', reason: 'waiting' }]);
    expect(await asReader('SELECT * FROM analytics.daily_outcomes')).toEqual([]);
    await client.query('ROLLBACK');
  });
});
