import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Talk } from '../support/talk.js';
import type { TwinOptions } from '../support/twin.js';
import { until } from '../support/until.js';

/*
 * Accounts differ in what their webhook gives back of a message that we sent, and nobody has written down how. Whatever it
 * is, we must find our message again, follow it to the end, and take nobody else's words for ours.
 */
let talk: Talk;
beforeAll(async () => {
  // Nobody waits that long here: whatever is settled was settled by an echo, and not by a look when the doubt had lasted.
  talk = await Talk.start({}, { SEND_DOUBT_MS: '120000' });
});
afterAll(() => talk.stop());
afterEach(() => expect(talk.twin.violations).toEqual([]));

const quick = { sentMs: 40, deliveredMs: 60, readMs: 80 };

/** Who wrote the messages of a chat, as the inbox has it. */
async function authors(chat: string): Promise<Record<string, number>> {
  const events = await talk.app.prisma.event.findMany({ where: { chat: { botmakerChatId: chat }, kind: 'message' } });
  return events.reduce<Record<string, number>>((counts, { author }) => ({ ...counts, [author ?? 'nobody']: (counts[author ?? 'nobody'] ?? 0) + 1 }), {});
}

/** Whatever Botmaker had to tell is told, and read. */
async function settled(): Promise<void> {
  await talk.twin.settled();
  await until(async () => (await talk.app.prisma.envelope.count({ where: { readAt: null } })) === 0, 'all bodies to be read');
}

async function remoteIds(chat: string): Promise<(string | null)[]> {
  return (await talk.messages(chat)).map(({ remoteId }) => remoteId);
}

const seen = (chat: string): { text: string | null; messageId: string }[] => talk.twin.sent(chat).filter(({ origin }) => origin === 'api');

describe('an answer is followed to its read receipt, once, where the account', () => {
  it.each<[string, TwinOptions]>([
    ['echoes our payload only', { echoCarries: 'clientPayload' }],
    ['echoes the id of the call only', { echoCarries: 'txId' }],
    ['echoes both', { echoCarries: 'both' }],
    ['echoes nothing of ours', { echoCarries: 'none' }],
    ['echoes a call in one envelope, with our payload', { echoCarries: 'clientPayload', echoEnvelope: 'per-call' }],
    ['echoes a call in one envelope, with the id of the call', { echoCarries: 'txId', echoEnvelope: 'per-call' }],
    ['echoes a call in one envelope, with nothing', { echoCarries: 'none', echoEnvelope: 'per-call' }],
    ['answers with the id of the first message', { acceptedAs: 'requestId', echoCarries: 'both' }],
    ['answers with the id of the first message, and echoes the id of the call', { acceptedAs: 'requestId', echoCarries: 'txId' }],
    ['answers with the id of the first message, and echoes nothing', { acceptedAs: 'requestId', echoCarries: 'none', statusCarries: 'foreign' }],
    ['tells statuses under an id that means nothing', { statusCarries: 'foreign' }],
    ['tells statuses without the id of the call', { statusCarries: 'nothing', echoCarries: 'txId' }],
    ['tells everything in the wrong order', { statusDelays: { sentMs: 90, deliveredMs: 50, readMs: 10 }, echo: { delayMs: 130 }, echoCarries: 'none' }],
    ['gives back nothing at all, in the wrong order', { statusDelays: { sentMs: 90, deliveredMs: 50, readMs: 10 }, echo: { delayMs: 130 }, echoCarries: 'none', statusCarries: 'nothing', echoEnvelope: 'per-call' }],
  ])('%s', async (_what, options) => {
    await talk.moveTo({ statusDelays: quick, ...options });
    const chat = talk.ask(['Hola.', 'Sí, claro.', 'Hola.', '¡Listo! 🙂']);
    const messages = await talk.became(chat, ['read', 'read', 'read', 'read']);
    await settled();
    expect(seen(chat).map(({ text }) => text)).toEqual(['Hola.', 'Sí, claro.', 'Hola.', '¡Listo! 🙂']);
    expect(await remoteIds(chat)).toEqual(seen(chat).map(({ messageId }) => messageId));
    expect(messages.every(({ confirmedAt, attempts }) => confirmedAt !== null && attempts === 1)).toBe(true);
    expect(await authors(chat)).toEqual({ customer: 1, flow: 1, agent: 4 });
  });
});

describe('an answer whose webhooks', () => {
  it('come twice and in any order moves forward, and each step is noted once', async () => {
    await talk.moveTo({ statusDelays: { sentMs: 60, deliveredMs: 40, readMs: 20 }, webhookOrder: 'none' });
    talk.twin.duplicateWebhooks(true);
    const chat = talk.ask(['uno', 'dos']);
    const [first] = await talk.became(chat, ['read', 'read']);
    await settled();
    expect(await talk.states(chat)).toEqual(['read', 'read']);
    const log = (await talk.app.log({ chatId: first!.chatId })).filter((type) => type.startsWith('message.'));
    expect(log.filter((type) => type === 'message.read')).toHaveLength(2);
    expect(log.filter((type) => type === 'message.confirmed')).toHaveLength(2);
    expect(await authors(chat)).toEqual({ customer: 1, flow: 1, agent: 2 });
  });

  it('come before the send’s own answer is followed: what was told early is kept', async () => {
    await talk.moveTo({ statusDelays: { sentMs: 10, deliveredMs: 20, readMs: 30 }, echo: { delayMs: 60 } });
    talk.twin.faults.next('send-messages', { kind: 'stall', ms: 250, when: 'after' });
    const chat = talk.ask(['uno', 'dos']);
    await talk.became(chat, ['read', 'read']);
    expect(await talk.outcomes(chat)).toEqual(['accepted']);
    await talk.became(chat, ['read', 'read']);
    expect((await talk.messages(chat)).every(({ acceptedAt, notificationId }) => acceptedAt !== null && notificationId !== null)).toBe(true);
  });

  it('come before the send’s own answer is followed also where there are no echoes', async () => {
    await talk.moveTo({ statusDelays: { sentMs: 10, deliveredMs: 20, readMs: 30 }, echo: { on: false } });
    talk.twin.faults.next('send-messages', { kind: 'stall', ms: 250, when: 'after' });
    const chat = talk.ask(['uno']);
    await talk.became(chat, ['read']);
    expect(await remoteIds(chat)).toEqual(seen(chat).map(({ messageId }) => messageId));
  });

  it('are all lost stays accepted, and is not sent again', async () => {
    await talk.moveTo({ statusDelays: quick });
    const isOurs = (body: Readonly<Record<string, unknown>>): boolean => body['type'] === 'status' || JSON.stringify(body).includes('"v\\":1');
    talk.twin.dropWebhooks(isOurs);
    const chat = talk.ask(['uno']);
    await talk.became(chat, ['accepted']);
    await settled();
    talk.twin.dropWebhooks(false);
    talk.ask(['dos'], talk.twin.chat(chat)?.contactId);
    await talk.became(chat, ['accepted', 'read']);
    expect(talk.sent(chat)).toEqual(['uno', 'dos']);
  });

  it('tell that the number can’t be reached is dead with the platform’s code', async () => {
    await talk.moveTo({ statusDelays: quick, echo: { delayMs: 120 } });
    const chat = talk.ask(['uno']);
    talk.twin.failDeliveries(chat, { code: 131026, error: 'Message undeliverable' });
    const [message] = await talk.became(chat, ['dead']);
    expect(message).toMatchObject({ reason: 'platform.131026' });
    await settled();
    expect(await talk.messages(chat)).toMatchObject([{ state: 'dead', reason: 'platform.131026' }]);
  });
});

describe('an answer in doubt', () => {
  it.each<[string, TwinOptions]>([
    ['our payload', { echoCarries: 'clientPayload' }],
    ['its text, as nothing else is told', { echoCarries: 'none', statusCarries: 'nothing' }],
    ['its text, as the id of the call never reached us', { echoCarries: 'txId' }],
  ])('is settled by an echo with %s, and what waits behind it goes at once', async (_what, options) => {
    await talk.moveTo({ statusDelays: quick, echo: { delayMs: 400 }, ...options });
    talk.twin.faults.next('send-messages', { kind: 'reset', when: 'after' });
    const chat = talk.ask(['primera']);
    await talk.became(chat, ['sending']);
    talk.ask(['segunda'], talk.twin.chat(chat)?.contactId);
    const [first, second] = await talk.became(chat, ['read', 'read']);
    expect(second!.sendingAt!.getTime()).toBeGreaterThanOrEqual(first!.confirmedAt!.getTime());
    expect(talk.sent(chat)).toEqual(['primera', 'segunda']);
  });
});
