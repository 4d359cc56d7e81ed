import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Alarms, Drain } from '../../src/platform/index.js';
import { CodeBlocks, type Reply, type Said } from '../support/code-blocks.js';
import type { RunningApp } from '../support/running-app.js';
import { createTestDatabase } from '../support/test-database.js';
import { TcpGate } from '../support/tcp-gate.js';
import { until } from '../support/until.js';

const said = (text: string): { toolCalls: { name: string; arguments: unknown }[] } => ({ toolCalls: [{ name: 'reply', arguments: { parts: [text] } }] });
const pending = { status: 'pending', messages: [], replyText: '', returnIntent: null, agentIsSpeaking: true };

describe('a code block that waits too long', () => {
  let blocks: CodeBlocks;
  beforeAll(async () => {
    blocks = await CodeBlocks.start({ env: { CODE_ACTION_DEADLINE_MS: '1500' } });
  });
  afterAll(() => blocks.stop());
  afterEach(() => blocks.model.reset());

  it('is told to go on, and the answer comes by the API, once, also when the block asks again', async () => {
    const release = blocks.holdModel();
    const question = blocks.write('¿y si tardan?');
    const startedAt = performance.now();
    expect(await blocks.call(question)).toMatchObject(pending);
    expect(performance.now() - startedAt).toBeGreaterThan(1000);
    const again = blocks.call(question);
    release(said('Tarde, pero llega.'));
    await again;
    await until(async () => (await blocks.turns(question))[0]?.state === 'finished', 'the turn');
    const third = await blocks.call(question);
    const isGiven = (await blocks.messages(question))[0]?.confirmedBy === 'response';
    // The second call was in time or late: whoever delivered it, the other did not.
    expect([third.status, await blocks.sent(question)]).toEqual(isGiven ? ['answered', []] : ['pending', ['Tarde, pero llega.']]);
    expect(blocks.model.requests).toHaveLength(1);
  });

  it('holds up the outbox no longer than it waits', async () => {
    const release = blocks.holdModel();
    const question = blocks.write('¿y si nadie vuelve?');
    expect(await blocks.call(question)).toMatchObject(pending);
    release(said('Por la API.'));
    await until(async () => (await blocks.messages(question))[0]?.state === 'delivered', 'the delivery');
    expect(await blocks.sent(question)).toEqual(['Por la API.']);
  });
});

describe('a code block whose answer runs elsewhere', () => {
  let blocks: CodeBlocks;
  let worker: RunningApp;
  beforeAll(async () => {
    blocks = await CodeBlocks.start({ role: 'api', env: { CODE_ACTION_DEADLINE_MS: '60000' } });
    worker = await blocks.beside({ role: 'worker' });
  });
  afterAll(async () => {
    await worker.stop();
    await blocks.stop();
  });
  afterEach(() => blocks.model.reset());

  it('gets it from the replica that it asked, although another worked it out', async () => {
    blocks.model.script(said('De otra réplica.'));
    const question = blocks.write('¿quién contesta?');
    expect(await blocks.call(question)).toMatchObject({ status: 'answered', replyText: 'De otra réplica.' });
    expect(await blocks.sent(question)).toEqual([]);
  });

  it('that hangs up gives its answer to the API long before its time is up', async () => {
    const release = blocks.holdModel();
    const question = blocks.write('¿y si cuelga?');
    const hangUp = new AbortController();
    const reply = blocks.call(question, { signal: hangUp.signal });
    await blocks.asked();
    hangUp.abort();
    await expect(reply).rejects.toThrow();
    await until(async () => (await blocks.app.prisma.codeAction.count({ where: { leftAt: { not: null } } })) > 0, 'the call to be left');
    release(said('Igual llega.'));
    await until(async () => (await blocks.messages(question))[0]?.state === 'delivered', 'the delivery');
    expect(await blocks.sent(question)).toEqual(['Igual llega.']);
    expect(await blocks.app.log({ chatId: (await blocks.turns(question))[0]!.chatId })).toContain('response.late');
  });

  it('is told to go on at once by a replica that stops, and the API answers', async () => {
    const leaving = await blocks.beside({ role: 'api' });
    const release = blocks.holdModel();
    const question = blocks.write('¿y si se apaga?');
    const reply = blocks.call(question, { at: leaving });
    await blocks.asked();
    leaving.app.get(Drain).begin();
    expect(await reply).toMatchObject(pending);
    release(said('Otro la manda.'));
    await until(async () => (await blocks.messages(question))[0]?.state === 'delivered', 'the delivery');
    expect(await blocks.sent(question)).toEqual(['Otro la manda.']);
    await leaving.stop();
  });

  /** Loses the replica when its statement is on the way: it is done, and nobody can tell any more what it did. */
  async function lostWhileMarking(question: Said): Promise<void> {
    const { url } = blocks.app.database;
    const [gate, client, hangUp] = [await TcpGate.start(), new pg.Client({ connectionString: url }), new AbortController()];
    gate.leadTo(url);
    const lost = await blocks.beside({ role: 'api', env: { DATABASE_URL: url.replace(/@[^/]+/, `@${gate.host}`) } });
    await client.connect();
    const release = blocks.holdModel();
    const reply = blocks.call(question, { at: lost, signal: hangUp.signal }).catch(() => 'lost');
    await blocks.asked();
    // What marks the answer wants the call for itself; what plans it does not.
    await client.query('BEGIN');
    await client.query('SELECT FROM code_action WHERE chat_id = (SELECT id FROM chat WHERE botmaker_chat_id = $1) FOR SHARE', [question.chat]);
    release(said('Marcada y perdida.'));
    await until(async () => (await blocks.app.prisma.$queryRaw<unknown[]>`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%WITH call AS%' AND datname = current_database()`).length > 0, 'the statement to wait');
    gate.silence();
    await client.query('COMMIT');
    await client.end();
    await until(async () => (await blocks.messages(question))[0]?.state === 'accepted', 'the mark');
    hangUp.abort();
    expect(await reply).toBe('lost');
    gate.speak();
    await gate.close();
    await gate.open();
    await lost.stop();
    await gate.close();
  }

  it('that was lost between marking the answer and giving it: the repeated call gets the same, and the API sends nothing', async () => {
    const question = blocks.write('¿y si se muere?');
    await lostWhileMarking(question);
    const [message] = await blocks.messages(question);
    expect(message).toMatchObject({ state: 'accepted', confirmedBy: 'response' });
    const repeated: Reply = await blocks.call(question);
    expect(repeated).toMatchObject({ status: 'answered', replyText: 'Marcada y perdida.', runId: message?.runId });
    expect([await blocks.sent(question), blocks.model.requests.length]).toEqual([[], 1]);
  });
});

describe('a code block while the database is away', () => {
  it('is told to go on at once; its call is kept on disk, and answered by the API when the database is back', async () => {
    const [gate, base] = await Promise.all([TcpGate.start(), createTestDatabase()]);
    gate.leadTo(base.url);
    const blocks = await CodeBlocks.start({ database: { url: base.url.replace(/@[^/]+/, `@${gate.host}`), drop: base.drop }, env: { CODE_ACTION_DEADLINE_MS: '15000' } });
    blocks.model.script(() => said('Cuando se pudo.'));
    const question = blocks.write('¿y sin base?');
    await gate.close();
    const startedAt = performance.now();
    expect(await blocks.call(question)).toMatchObject(pending);
    expect(performance.now() - startedAt).toBeLessThan(14_000);
    expect(Object.keys(blocks.app.app.get(Alarms).raised())).toContain('spool-in-use');
    await gate.open();
    await until(async () => (await blocks.messages(question).catch(() => []))[0]?.state === 'delivered', 'the delivery', 120_000);
    expect(await blocks.sent(question)).toEqual(['Cuando se pudo.']);
    await blocks.stop();
    await gate.close();
  }, 180_000);
});
