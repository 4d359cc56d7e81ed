import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate } from '../../src/platform/index.js';
import { ModelServer, type ModelStep } from '../support/model-server.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

/** What was learnt outside while Postgres crashes and comes back is stored when it is back, and not paid for or risked again. */
describe('a database that is restarted', () => {
  let postgres: OwnPostgres;
  let model: ModelServer;
  let running: RunningApp;

  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    await migrate(postgres.url);
    model = await ModelServer.start();
    running = await startApp({
      database: { url: postgres.url, drop: () => postgres.stop() },
      env: { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: model.baseUrl, SEND_TIMEOUT_MS: '8000', SEND_DOUBT_MS: '20000' },
    });
  }, 300_000);
  afterAll(async () => {
    await running.stop();
    await model.close();
  }, 90_000);
  afterEach(() => model.reset());

  const ask = (contactId: string): string => running.twin.customerWrites({ contactId }, { text: '¿hacen envíos?' }).chatId;
  const said = (chat: string): string[] => running.twin.sent(chat).map(({ text }) => text ?? '').filter((text) => text.startsWith('Respuesta'));

  it('while the model thinks costs neither its answer nor a try', async () => {
    let answer: (step: ModelStep) => void = () => undefined;
    const answered = new Promise<ModelStep>((go) => (answer = go));
    model.script(() => answered);
    const chat = ask('5491150000001');
    await until(() => model.requests.length > 0, 'the question');
    await postgres.kill();
    answer({ text: 'Respuesta pagada.' });
    await postgres.restart();
    await until(() => said(chat).length > 0, 'the answer', 60_000);
    expect(said(chat)).toEqual(['Respuesta pagada.']);
    expect(model.requests).toHaveLength(1);
    expect(await running.prisma.turn.findMany({ where: { chat: { botmakerChatId: chat } } })).toMatchObject([{ state: 'finished', outcome: 'answered', attempts: 1 }]);
  }, 120_000);

  it('while Botmaker takes an answer leaves no doubt about it', async () => {
    model.script({ text: 'Respuesta enviada.' });
    running.twin.faults.next('send-messages', { kind: 'stall', ms: 3000, when: 'after' });
    // Nothing else tells of it.
    running.twin.dropWebhooks((body) => JSON.stringify(body).includes('Respuesta enviada.'));
    const chat = ask('5491150000002');
    await until(() => said(chat).length > 0, 'the answer');
    await postgres.kill();
    await until(() => running.twin.calls.findLast(({ operation }) => operation === 'send-messages')?.status === 202, 'the 202');
    await postgres.restart();
    const message = await until(() => running.prisma.message.findFirst({ where: { chat: { botmakerChatId: chat }, kind: 'text', state: { not: 'sending' } } }), 'the outcome', 60_000);
    expect(message).toMatchObject({ attempts: 1, doubtedAt: null });
    expect(said(chat)).toEqual(['Respuesta enviada.']);
  }, 120_000);
});
