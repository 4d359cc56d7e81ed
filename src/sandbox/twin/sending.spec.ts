import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../../test/support/api-caller.js';
import { WebhookReceiver } from '../../../test/support/webhook-receiver.js';
import { BotmakerTwin } from './botmaker-twin.js';
import type { TwinOptions } from './twin-options.js';

const CONTACT = '5491150001234';

let receiver: WebhookReceiver;
let twin: BotmakerTwin;
let api: ApiCaller;

/** A chat that is handed off, with the webhooks of that behind us. */
async function start(options: TwinOptions = {}): Promise<string> {
  twin = await BotmakerTwin.start({ rateLimits: 'off', echo: { delayMs: 1 }, statusDelays: { sentMs: 10, deliveredMs: 20, readMs: 30 }, ...options });
  api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
  const { chatId } = twin.customerWrites(CONTACT, 'necesito ayuda con mi pedido');
  await twin.settled();
  await twin.setWebhookUrl(receiver.url);
  return chatId;
}

async function send(chatId: string, ...messages: object[]): Promise<string> {
  const answer = await api.post('/chats-actions/send-messages', { chat: { chatId }, messages });
  expect(answer.status).toBe(202);
  return (answer.body as { webhookNotificationId: string }).webhookNotificationId;
}

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  await twin.close();
  await receiver.close();
});

describe('a message that was accepted', () => {
  it('is echoed from the bot with our marks, and then sent, delivered and read', async () => {
    const chatId = await start();
    const txId = await send(chatId, { text: 'Claro', webhookPayload: '{"runId":"8f2b"}' });
    await twin.settled();
    const [echo, ...statuses] = receiver.bodies;
    expect(echo).toMatchObject({
      v: '1.1',
      type: 'message',
      chatChannelId: twin.channelId,
      contactId: CONTACT,
      customerId: chatId,
      txId,
      messages: [{ from: 'bot', fromCustomer: false, message: 'Claro', clientPayload: '{"runId":"8f2b"}', operatorId: null }],
    });
    const messageId = echo?.messages?.[0]?._id_;
    expect(statuses).toMatchObject(['sent', 'delivered', 'read'].map((status) => ({ type: 'status', status, messageId, intentTxId: txId, businessId: 'acmebot', customerId: chatId })));
    expect(receiver.calls.every((call) => call.token === twin.webhookToken)).toBe(true);
    expect(twin.sent(chatId).at(-1)).toMatchObject({ text: 'Claro', origin: 'api', txId, messageId, webhookPayload: '{"runId":"8f2b"}', status: 'read' });
  });

  it('has an envelope of its own, in the order of the call', async () => {
    const chatId = await start();
    await send(chatId, { text: 'uno', webhookPayload: 'p1' }, { text: 'dos', webhookPayload: 'p2' });
    await twin.settled();
    const echoes = receiver.bodies.filter((body) => body.type === 'message');
    expect(echoes.map((body) => body.messages?.map((message) => message.clientPayload))).toEqual([['p1'], ['p2']]);
  });

  it('can share one envelope per call', async () => {
    const chatId = await start({ echoEnvelope: 'per-call' });
    await send(chatId, { text: 'uno', webhookPayload: 'p1' }, { text: 'dos', webhookPayload: 'p2' });
    await twin.settled();
    const echoes = receiver.bodies.filter((body) => body.type === 'message');
    expect(echoes.map((body) => body.messages?.map((message) => message.clientPayload))).toEqual([['p1', 'p2']]);
  });

  it.each([
    ['clientPayload', false, 'p'],
    ['txId', true, ''],
    ['both', true, 'p'],
    ['none', false, ''],
  ] as const)('carries back %s when the account does so', async (echoCarries, hasTxId, clientPayload) => {
    const chatId = await start({ echoCarries });
    await send(chatId, { text: 'a', webhookPayload: 'p' });
    await twin.until(() => receiver.bodies.length > 0 && twin.webhookAttempts.some((attempt) => attempt.kind === 'message'));
    expect('txId' in (receiver.bodies[0] ?? {})).toBe(hasTxId);
    expect(receiver.bodies[0]?.messages?.[0]?.clientPayload).toBe(clientPayload);
    await twin.settled();
  });

  it('may get statuses whose intentTxId means nothing, and an id under another name', async () => {
    const chatId = await start({ statusCarries: 'foreign', acceptedAs: 'requestId' });
    const answer = await api.post('/chats-actions/send-messages', { chat: { chatId }, messages: [{ text: 'a' }] });
    await twin.settled();
    const { requestId } = answer.body as { requestId: string };
    const statuses = receiver.bodies.filter((body) => body.type === 'status');
    expect(statuses.map((body) => body.messageId)).toEqual([requestId, requestId, requestId]);
    expect(statuses.some((body) => body.intentTxId === receiver.bodies[0]?.txId)).toBe(false);
    expect(twin.violations).toEqual([]);
  });

  it('may be told of late: the statuses come before the echo', async () => {
    const chatId = await start({ echo: { delayMs: 120 }, statusDelays: { sentMs: 1, deliveredMs: 2, readMs: null } });
    await send(chatId, { text: 'a' });
    await twin.settled();
    expect(receiver.bodies.map((body) => body.status ?? body.type)).toEqual(['sent', 'delivered', 'message']);
  });

  it('is not echoed where the account has no echo, nor followed where it has no statuses', async () => {
    const chatId = await start({ echo: { on: false }, webhookFlags: { notifyStatusChanges: false } });
    await send(chatId, { text: 'a' });
    await twin.settled();
    expect(receiver.bodies).toEqual([]);
    expect(twin.sent(chatId).at(-1)?.text).toBe('a');
  });

  it('fails later with 131047 when the 24-hour window is closed, and the customer never sees it', async () => {
    const chatId = await start();
    twin.closeWindow(chatId);
    const txId = await send(chatId, { text: 'tarde' });
    await twin.settled();
    expect(receiver.bodies.filter((body) => body.type === 'status')).toMatchObject([{ status: 'failed', error: 'Re-engagement message', reason: '131047.0', intentTxId: txId }]);
    expect(twin.sent(chatId).map((message) => message.text)).not.toContain('tarde');
  });

  it('fails with any scripted code until told otherwise', async () => {
    const chatId = await start();
    twin.failDeliveries(chatId, { code: 131049, error: 'Healthy ecosystem' });
    await send(chatId, { text: 'a' });
    twin.failDeliveries(chatId, null);
    await send(chatId, { text: 'b' });
    await twin.settled();
    const results = receiver.bodies.filter((body) => body.type === 'status').map((body) => body['reason'] ?? body.status);
    expect(results).toEqual(['131049.0', 'sent', 'delivered', 'read']);
  });

  it('to a contact with a plus opens another, empty chat outside any window', async () => {
    const chatId = await start();
    await api.post('/chats-actions/send-messages', { chat: { channelId: twin.channelId, contactId: `+${CONTACT}` }, messages: [{ text: 'a' }] });
    await twin.settled();
    const other = twin.chat(`${twin.channelId}:+${CONTACT}`);
    expect(other?.chatId).not.toBe(chatId);
    expect(other?.messages[0]?.failure?.code).toBe(131047);
  });
});

describe('a template', () => {
  const saludo = { name: 'saludo', state: 'APPROVED', category: 'UTILITY', locale: 'es_AR', text: 'Hola {{nombre}}, ¿seguimos?', buttons: [{ text: 'Sí, enviar' }] } as const;

  it('reaches a contact who never wrote', async () => {
    await start({ flow: { templates: [saludo] } });
    const body = { chat: { channelId: twin.channelId, contactId: '5491157777777' }, intentIdOrName: 'saludo', variables: { nombre: 'Luz' }, webhookPayload: 'w' };
    const answer = await api.post('/chats-actions/trigger-intent', body);
    await twin.settled();
    const { webhookNotificationId: txId } = answer.body as { webhookNotificationId: string };
    const chat = twin.chat(`${twin.channelId}:5491157777777`);
    expect(twin.sent(chat?.chatId ?? '')).toMatchObject([{ origin: 'template', txId, text: 'Hola Luz, ¿seguimos?' }]);
    expect(chat?.isWindowOpen).toBe(false);
    expect(receiver.bodies[0]).toMatchObject({ txId, variables: { nombre: 'Luz' }, messages: [{ clientPayload: 'w' }] });
    const listed = await api.get(`/messages?chat-id=${chat?.chatId ?? ''}`);
    expect(listed.body).toMatchObject({ items: [{ content: { whatsAppTemplateName: 'saludo', buttons: ['Sí, enviar'] } }] });
  });

  it('opens the window again when the customer taps its button, whose payload comes by webhook', async () => {
    const chatId = await start();
    twin.closeWindow(chatId);
    await api.post('/chats-actions/trigger-intent', { chat: { chatId }, intentIdOrName: 'retomar_conversacion', variables: { nombre: 'Ana' } });
    twin.customerTaps(CONTACT, 'Sí, enviar');
    await twin.settled();
    expect(twin.chat(chatId)?.isWindowOpen).toBe(true);
    const taps = receiver.bodies.filter((body) => body.messages?.[0]?.from === 'user');
    expect(taps).toMatchObject([{ messages: [{ message: 'Sí, enviar', buttonPayload: 'retomar' }] }]);
  });

  it('that is not approved is accepted and silently dropped', async () => {
    const chatId = await start();
    const before = twin.sent(chatId).length;
    expect((await api.post('/chats-actions/trigger-intent', { chat: { chatId }, intentIdOrName: 'novedades_del_mes' })).status).toBe(202);
    await twin.settled();
    expect(twin.sent(chatId)).toHaveLength(before);
    expect(receiver.bodies).toEqual([]);
  });

  it('that lacks a variable fails with 132000', async () => {
    const chatId = await start({ flow: { templates: [saludo] } });
    await api.post('/chats-actions/trigger-intent', { chat: { chatId }, intentIdOrName: 'saludo' });
    await twin.settled();
    expect(receiver.bodies.find((body) => body.type === 'status')).toMatchObject({ status: 'failed', reason: '132000.0' });
  });
});
