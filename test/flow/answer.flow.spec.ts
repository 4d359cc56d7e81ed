import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { finishedTurn, startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

/*
 * Read this one first: a customer asks something the flow can't answer, and the whole program does what it is for.
 */
describe('a customer asks what the flow cannot answer', () => {
  const customer = { contactId: '5491150001234', firstName: 'Ana', lastName: 'Prueba' };
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp();
  });
  afterAll(() => running.stop());
  afterEach(() => expect(running.twin.violations).toEqual([]));

  it('is answered once, and the log tells the story from the webhook to the read receipt', async () => {
    const { twin } = running;
    const { chatId } = twin.customerWrites(customer, { text: '¿Hacen envíos a Córdoba?' });

    const turn = await finishedTurn(running);
    expect(turn.outcome).toBe('answered');
    await until(() => running.prisma.message.findFirst({ where: { state: 'read' } }), 'the read receipt');

    const [flowLine, answer, ...more] = twin.sent(chatId);
    expect(flowLine?.text).toBe('Te paso con nuestro asistente.');
    expect(answer?.text).toMatch(/envío/i);
    expect(more).toEqual([]);
    expect(JSON.parse(answer?.webhookPayload ?? '{}')).toMatchObject({ v: 1, runId: turn.runId, part: 0 });

    const log = await running.log();
    const story = log.filter((type) => !type.startsWith('inbox.') && type !== 'agent.step' && type !== 'turn.extended');
    expect(story).toEqual([
      'token.stored',
      'chat.owner-changed', // the hand-off variable came with the message
      'turn.queued',
      'turn.started',
      'turn.decided',
      'turn.finished',
      'outbox.queued',
      'delivery.attempted',
      'delivery.accepted',
      'message.confirmed',
      'message.sent',
      'message.delivered',
      'message.read',
    ]);
  });
});
