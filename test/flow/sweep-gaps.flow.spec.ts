import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Sweep } from '../../src/sweep/index.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { until } from '../support/until.js';

/** Nothing of the webhook is "under way" to this sweep: what it is to find happened at least this long ago. */
const behindMs = 90_000;

jest.setTimeout(120_000);

describe('the sweep, when more than a message was lost', () => {
  let running: RunningApp;
  let sweep: Sweep;
  let twinNow = (): Date => new Date(Date.now() - behindMs);

  beforeAll(async () => {
    running = await startApp({ twin: { now: () => twinNow(), rateLimits: 'off' }, env: { LATE_ANSWER_MAX_AGE_MS: '3600000', SEND_TIMEOUT_MS: '10000', SEND_DOUBT_MS: '20000' } });
    sweep = running.app.get(Sweep);
  });
  afterAll(() => running.stop());
  afterEach(() => expect(running.twin.violations).toEqual([]));

  const lost = <T>(happens: () => T): T => {
    running.twin.dropWebhooks(true);
    const result = happens();
    running.twin.dropWebhooks(false);
    return result;
  };
  const write = (contactId: string, text: string): { chatId: string; messageId: string } => running.twin.customerWrites({ contactId }, { text });
  const chat = (botmakerChatId: string): Promise<{ id: string }> => until(() => running.prisma.chat.findUnique({ where: { botmakerChatId } }), 'the chat');
  const owner = async (id: string): Promise<string | undefined> => (await running.prisma.conversation.findUnique({ where: { chatId: id } }))?.owner;
  const answers = async (id: string, count: number): Promise<void> => {
    await until(async () => (await running.prisma.turn.count({ where: { chatId: id, state: 'finished', outcome: 'answered' } })) >= count, `answer ${count}`, 60_000);
    await until(async () => (await running.prisma.message.count({ where: { chatId: id, state: { not: 'read' } } })) === 0, 'the customer to read it', 60_000);
  };
  /** What a webhook told counts as fresh for a minute: nobody waits that long here, once all that was told is filed. */
  const aMinuteLater = async (id: string): Promise<void> => {
    await until(async () => (await running.prisma.envelope.count({ where: { readAt: null } })) === 0, 'the bodies to be read', 60_000);
    await running.prisma.$executeRaw`
      WITH aged AS (UPDATE event SET received_at = received_at - interval '3 minutes' WHERE chat_id = ${id}::uuid)
      UPDATE conversation SET owner_since = owner_since - interval '3 minutes' WHERE chat_id = ${id}::uuid`;
  };

  it('hears of a hand-off that came without a message: what the customer had written is answered', async () => {
    const { chatId } = write('5491150002001', 'hola');
    const { id } = await chat(chatId);
    await until(() => running.prisma.event.findFirst({ where: { chatId: id, state: 'ignored', reason: 'not-handed-off' } }), 'the flow to have it');
    lost(() => running.twin.setVariable(chatId, 'external_handoff', 'true'));
    await running.twin.settled();
    await aMinuteLater(id);

    await sweep.sweep();
    await answers(id, 1);
    expect(await owner(id)).toBe('agent');
    await aMinuteLater(id);
    await sweep.sweep();
    expect(await running.prisma.event.count({ where: { chatId: id, kind: 'variables', backfill: true } })).toBe(1);
  });

  it('hears that the flow took a chat back', async () => {
    const { chatId } = write('5491150002002', '¿Hacen envíos?');
    const { id } = await chat(chatId);
    await answers(id, 1);
    lost(() => running.twin.setVariable(chatId, 'external_handoff', 'false'));
    await running.twin.settled();
    await aMinuteLater(id);
    await sweep.sweep();
    await until(async () => (await owner(id)) === 'flow', 'the flow to have it');
  });

  it('hears that a person took a chat, also one who has not written', async () => {
    const { chatId } = write('5491150002003', '¿Hacen envíos?');
    const { id } = await chat(chatId);
    await answers(id, 1);
    running.twin.operatorTakes(chatId);
    await running.twin.settled();
    await aMinuteLater(id);
    await sweep.sweep();
    await until(async () => (await owner(id)) === 'human', 'the person to have it');
    expect(await running.prisma.entry.findMany({ where: { chatId: id, type: 'chat.owner-changed', reason: 'operator-has-chat' } })).toHaveLength(1);
  });

  it('never lets an old listing overrule a webhook: what it told within the last minute stands', async () => {
    const { chatId } = write('5491150002004', '¿Hacen envíos?');
    const { id } = await chat(chatId);
    await answers(id, 1);
    lost(() => running.twin.setVariable(chatId, 'external_handoff', 'false'));
    await sweep.sweep();
    expect(await running.prisma.event.count({ where: { chatId: id, backfill: true } })).toBe(0);
    expect(await owner(id)).toBe('agent');
  });

  it('reports what is too old to be answered, and does not answer it', async () => {
    const { chatId } = write('5491150002005', '¿Hacen envíos?');
    const { id } = await chat(chatId);
    await answers(id, 1);
    const lines = running.twin.sent(chatId).length;
    const { messageId } = lost(() => write('5491150002005', '¿y a Salta?'));
    await running.prisma.$executeRaw`UPDATE sweep_mark SET swept_until = clock_timestamp() - interval '2 hours'`;
    const real = twinNow;
    const old = new Date(Date.now() - 90 * 60_000);
    twinNow = () => old;
    const before = lost(() => write('5491150002006', '¿hay stock?'));
    twinNow = real;

    expect(await sweep.sweep()).toBe(2);
    const event = await until(() => running.prisma.event.findFirst({ where: { remoteId: before.messageId, state: { not: 'received' } } }), 'the old one');
    expect(event).toMatchObject({ backfill: true, state: 'ignored', reason: 'backfilled-too-old' });
    expect(running.twin.sent(before.chatId).filter(({ origin }) => origin === 'api')).toEqual([]);
    await answers(id, 2);
    expect(running.twin.sent(chatId)).toHaveLength(lines + 1);
    expect(await running.prisma.event.findFirst({ where: { remoteId: messageId } })).toMatchObject({ state: 'read' });
  });

  it('leaves to the person what a person has answered, whose lines were lost as well', async () => {
    const { chatId } = write('5491150002007', '¿Hacen envíos?');
    const { id } = await chat(chatId);
    await answers(id, 1);
    await aMinuteLater(id);
    const { messageId } = lost(() => {
      const written = write('5491150002007', '¿y a Salta?');
      running.twin.operatorWrites(chatId, 'Sí, también a Salta.');
      return written;
    });
    await sweep.sweep();
    await until(() => running.prisma.event.findFirst({ where: { remoteId: messageId, state: 'ignored', reason: 'owned-by-human' } }), 'the message to be set aside');
    expect(await running.prisma.event.count({ where: { chatId: id, author: 'operator', backfill: true } })).toBe(1);
    expect(await owner(id)).toBe('human');
  });

  it('suspects every active chat after a silence that the traffic does not explain', async () => {
    const { chatId } = write('5491150002008', '¿Hacen envíos?');
    const { id } = await chat(chatId);
    await answers(id, 1);
    const { messageId } = lost(() => write('5491150002008', 'es el pedido 77'));
    write('5491150002008', '¿hola?');
    await answers(id, 2);
    // Two hundred calls in the ten minutes before, and none for two.
    await running.prisma.$executeRaw`
      INSERT INTO envelope (door, body, correlation_id, received_at, read_at)
      SELECT 'webhook', '{}', gen_random_uuid(), clock_timestamp() - interval '5 minutes' - n * interval '3 seconds', clock_timestamp() FROM generate_series(1, 200) AS n`;
    await running.prisma.$executeRaw`UPDATE envelope SET received_at = received_at - interval '15 minutes' WHERE received_at > clock_timestamp() - interval '5 minutes' AND read_at IS NOT NULL`;
    await running.prisma.$executeRaw`UPDATE sweep_mark SET swept_until = clock_timestamp() - interval '20 minutes'`;
    expect(await sweep.sweep()).toBe(1);
    await until(() => running.prisma.event.findFirst({ where: { remoteId: messageId, state: 'read' } }), 'the message to be read');
  });
});
