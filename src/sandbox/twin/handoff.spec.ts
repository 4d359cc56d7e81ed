import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiCaller } from '../../../test/support/api-caller.js';
import { WebhookReceiver, type WebhookJson } from '../../../test/support/webhook-receiver.js';
import { BotmakerTwin } from './botmaker-twin.js';
import type { TwinOptions } from './twin-options.js';

const CONTACT = '5491150001234';
const MINUTE_MS = 60_000;

let receiver: WebhookReceiver;
let twin: BotmakerTwin;
let api: ApiCaller;
let clock: Date;

async function start(options: TwinOptions = {}): Promise<void> {
  clock = new Date('2026-03-02T12:00:00.000Z');
  twin = await BotmakerTwin.start({ now: () => clock, rateLimits: 'off', ...options, webhookFlags: { notifyStatusChanges: false, ...options.webhookFlags } });
  api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
  await twin.setWebhookUrl(receiver.url);
}

function advance(ms: number): void {
  clock = new Date(clock.getTime() + ms);
}

/** A body in short: who wrote what, and the variables it carries. */
function brief(body: WebhookJson): string {
  const message = body.messages?.[0];
  const variables = body.variables ? ` ${JSON.stringify(body.variables)}` : '';
  return `${message ? `${message.from}: ${message.message ?? ''}` : 'variables'}${variables}`;
}

async function told(): Promise<string[]> {
  await twin.settled();
  return receiver.bodies.map(brief);
}

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});
afterEach(async () => {
  await twin.close();
  await receiver.close();
});

describe('the flow', () => {
  it('answers the words it knows by itself', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, '¡Hola!');
    expect(twin.chat(chatId)).toMatchObject({ isBotMuted: false, variables: {} });
    expect(twin.sent(chatId)).toMatchObject([{ origin: 'flow', intentName: 'SALUDO', txId: null }]);
    expect(await told()).toEqual(['user: ¡Hola!', expect.stringMatching(/^bot: ¡Hola! Soy el bot/)]);
    expect(receiver.bodies[1]?.messages?.[0]).toMatchObject({ intentName: 'SALUDO', clientPayload: '' });
  });

  it.each([
    ['with-message', ['user: ayuda {"external_handoff":"true"}', 'bot: Te paso con nuestro asistente.']],
    ['variables-before', ['variables {"external_handoff":"true"}', 'user: ayuda', 'bot: Te paso con nuestro asistente.']],
    ['variables-after', ['user: ayuda', 'bot: Te paso con nuestro asistente.', 'variables {"external_handoff":"true"}']],
  ] as const)('hands over what it does not know, variables travelling %s', async (handoffOrder, expected) => {
    await start({ flow: { handoffOrder } });
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    expect(twin.chat(chatId)).toMatchObject({ isBotMuted: true, variables: { external_handoff: 'true' } });
    expect(await told()).toEqual(expected);
  });

  it('can use another variable, and sends the variables alone where messages are not notified', async () => {
    await start({ flow: { handoffVariable: 'derivado', handoffValue: '1' }, webhookFlags: { notifyUserMessages: false, notifyBotMessages: false } });
    twin.customerWrites(CONTACT, 'ayuda');
    expect(await told()).toEqual(['variables {"derivado":"1"}']);
    expect(receiver.bodies[0]).not.toHaveProperty('type');
  });

  it('tells no variables where the switch is off, and all of them where the account does so', async () => {
    await start({ webhookFlags: { includeVariableChanges: false } });
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    twin.setWebhookFlags({ includeVariableChanges: true });
    twin.setVariable(chatId, 'plan', 'oro');
    expect(await told()).toEqual(['user: ayuda', 'bot: Te paso con nuestro asistente.', 'variables {"plan":"oro"}']);
    await twin.close();
    await start({ variablesCarried: 'all' });
    const again = twin.customerWrites(CONTACT, 'ayuda');
    twin.setVariable(again.chatId, 'plan', 'oro');
    expect((await told()).at(-1)).toBe('variables {"external_handoff":"true","plan":"oro"}');
  });

  it('is silent while it is muted, and speaks again after half an hour', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    advance(29 * MINUTE_MS);
    twin.customerWrites(CONTACT, 'hola');
    expect(twin.sent(chatId)).toHaveLength(1);
    advance(MINUTE_MS);
    expect(twin.chat(chatId)?.isBotMuted).toBe(false);
    twin.customerWrites(CONTACT, 'hola');
    expect(twin.sent(chatId).map((message) => message.intentName)).toEqual(['ASISTENTE', 'SALUDO']);
  });

  it('speaks again when its mute is made to expire', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    twin.expireMute(chatId);
    twin.customerWrites(CONTACT, 'menú');
    expect(twin.sent(chatId).at(-1)?.intentName).toBe('MENU');
  });
});

describe('trigger-intent', () => {
  it('returns the chat to the flow: unmuted, flag cleared, with a sentence that carries our marks', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    await told();
    const answer = await api.post('/chats-actions/trigger-intent', { chat: { chatId }, intentIdOrName: 'VOLVER_FLUJO', webhookPayload: 'run-1' });
    expect(twin.chat(chatId)).toMatchObject({ isBotMuted: false, variables: { external_handoff: 'false' } });
    await twin.settled();
    const { webhookNotificationId: txId } = answer.body as { webhookNotificationId: string };
    expect(receiver.bodies.at(-1)).toMatchObject({
      txId,
      variables: { external_handoff: 'false' },
      messages: [{ from: 'bot', intentName: 'VOLVER_FLUJO', clientPayload: 'run-1' }],
    });
  });

  it('mutes without a word, for half an hour from then', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'hola');
    await api.post('/chats-actions/trigger-intent', { chat: { chatId }, intentIdOrName: 'EXT_MUTE', variables: { motivo: 'agente' } });
    expect(twin.chat(chatId)).toMatchObject({ isBotMuted: true, muteExpiresAt: new Date(clock.getTime() + 30 * MINUTE_MS) });
    expect((await told()).at(-1)).toBe('variables {"motivo":"agente"}');
  });

  it('can take its time, so that a reader finds the chat still muted', async () => {
    await start({ intentDelayMs: 300 });
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    await api.post('/chats-actions/trigger-intent', { chat: { chatId }, intentIdOrName: 'VOLVER_FLUJO' });
    expect((await api.get(`/chats/${chatId}`)).body).toMatchObject({ isBotMuted: true });
    await twin.until(() => twin.chat(chatId)?.isBotMuted === false);
  });

  it('runs the intent of a tapped button in the flow, even while it is muted', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    await api.post('/chats-actions/send-messages', { chat: { chatId }, messages: [{ text: '¿Algo más?', buttons: [{ label: 'No', intent: 'VOLVER_FLUJO' }] }] });
    twin.customerTaps(CONTACT, 'No');
    expect(twin.chat(chatId)?.isBotMuted).toBe(false);
    const lines = await told();
    expect(lines).toContain('user: {"button":"No","entities":"","intent":"VOLVER_FLUJO"} {"external_handoff":"false"}');
  });

  it('leaves a tapped list row to the webhook, as buttonPayload', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    const action = { type: 'list', button: 'Ver', sections: [{ rows: [{ id: 'row-1', title: 'Cambios' }] }] };
    await api.post('/chats-actions/send-messages', { chat: { chatId }, messages: [{ whatsappInteractive: { body: 'Elegí', action } }] });
    twin.customerTaps(CONTACT, 'row-1');
    await twin.settled();
    expect(receiver.bodies.map((body) => body.messages?.[0]?.['buttonPayload'])).toContain('row-1');
    expect(twin.chat(chatId)?.isBotMuted).toBe(true);
  });
});

describe('an operator', () => {
  it('silences the flow, is seen in the chat and in the webhook, and gives the chat back', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'hola');
    twin.operatorTakes(chatId);
    expect((await api.get(`/chats/${chatId}`)).body).toMatchObject({ agentId: 'op-1' });
    twin.customerWrites(CONTACT, 'hola');
    twin.operatorWrites(chatId, 'Te atiende Olga');
    const lines = await told();
    expect(lines.slice(-2)).toEqual(['user: hola', 'operator: Te atiende Olga']);
    expect(receiver.bodies.at(-1)?.messages?.[0]).toMatchObject({ fromCustomer: false, operatorId: 'op-1', operatorEmail: expect.any(String) });
    expect((await api.get(`/messages?chat-id=${chatId}`)).body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ from: 'agent', agentId: 'op-1' })]) });
    twin.operatorReleases(chatId);
    expect(twin.chat(chatId)).toMatchObject({ agentId: null, isBotMuted: false });
  });

  it('can leave the chat muted with nobody attending', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
    twin.operatorTakes(chatId);
    twin.operatorReleases(chatId, { keepMuted: true });
    expect(twin.chat(chatId)).toMatchObject({ agentId: null, isBotMuted: true });
  });
});

describe('a customer', () => {
  it('has one session until an hour has passed in silence', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'hola');
    advance(59 * MINUTE_MS);
    twin.customerWrites(CONTACT, 'hola');
    advance(61 * MINUTE_MS);
    twin.customerWrites(CONTACT, 'hola');
    expect(twin.chat(chatId)?.sessionIds).toEqual([`${chatId}_2026-03-02T12:00:00.000Z`, `${chatId}_2026-03-02T14:00:00.000Z`]);
  });

  it('has 24 hours from the last message in WhatsApp, and no limit in the web chat', async () => {
    await start();
    const { chatId } = twin.customerWrites(CONTACT, 'hola');
    const web = twin.customerWrites({ contactId: 'WEB1', channelId: 'acmebot-webchat-null' }, 'hola');
    expect((await api.get(`/chats/${chatId}`)).body).toMatchObject({ whatsAppWindowCloseDatetime: '2026-03-03T12:00:00.000Z' });
    advance(24 * 60 * MINUTE_MS);
    expect(twin.chat(chatId)?.isWindowOpen).toBe(false);
    expect(twin.chat(web.chatId)?.isWindowOpen).toBe(true);
  });

  it('sends media, places and taps in the fields of the webhook', async () => {
    await start({ webhookFlags: { notifyBotMessages: false } });
    twin.customerWrites(CONTACT, { image: 'https://a.example/1.jpeg', caption: 'Foto' });
    twin.customerWrites(CONTACT, { audio: 'https://a.example/1.ogg' });
    twin.customerWrites(CONTACT, { location: { latitude: -34.6, longitude: -58.3, name: 'Casa' } });
    twin.customerWrites(CONTACT, { isUnsupported: true });
    await twin.settled();
    expect(receiver.bodies.map((body) => body.messages?.[0])).toMatchObject([
      { image: 'https://a.example/1.jpeg', caption: 'Foto' },
      { audio: 'https://a.example/1.ogg' },
      { location: { latitude: -34.6, longitude: -58.3, name: 'Casa' } },
      { error: 'Unsupported message' },
    ]);
  });
});
