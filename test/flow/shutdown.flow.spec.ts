import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModelServer } from '../support/model-server.js';
import { finishedTurn, startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

describe('a process that is told to stop', () => {
  let model: ModelServer;
  let first: RunningApp;
  let second: RunningApp;

  beforeAll(async () => {
    model = await ModelServer.start();
    first = await startApp({ env: { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: model.baseUrl } });
  });
  afterAll(async () => {
    await second?.stop();
    await first.twin.close();
    await first.database.drop();
    await model.close();
  });

  it('lets a turn that is under way finish before it ends', async () => {
    model.script({ text: 'Terminé antes de irme.', stallMs: 1500 });
    const { chatId } = first.twin.customerWrites({ contactId: '5491150001234' }, { text: '¿Tienen stock de esto?' });
    await until(() => (model.requests.length === 1 ? true : null), 'the model to be asked');

    await first.app.close();

    second = await startApp({ beside: first, env: { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: model.baseUrl } });
    await first.twin.setWebhookUrl(`${second.address}/botmaker/webhook`);
    const turn = await finishedTurn(second);
    expect(turn.outcome).toBe('answered');
    await until(() => (second.twin.sent(chatId).some(({ text }) => text === 'Terminé antes de irme.') ? true : null), 'the answer');
    await second.twin.settled();
    expect(second.twin.sent(chatId).filter(({ webhookPayload }) => webhookPayload).map(({ text }) => text)).toEqual(['Terminé antes de irme.']);
    expect(model.requests).toHaveLength(1);
  });
});
