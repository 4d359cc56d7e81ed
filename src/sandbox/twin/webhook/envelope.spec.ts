import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { ApiCaller } from '../../../../test/support/api-caller.js';
import { WebhookReceiver, type WebhookJson } from '../../../../test/support/webhook-receiver.js';
import { BotmakerTwin } from '../botmaker-twin.js';

const CONTACT = { contactId: '5491150001234', firstName: 'Ana', lastName: 'Prueba', nickName: 'Anita' };

let receiver: WebhookReceiver;
let twin: BotmakerTwin;

/** The field names of a sample body that was collected from real accounts and integrations. */
function shapeOfSample(name: string): unknown {
  return shape(JSON.parse(readFileSync(new URL(`../../../../test/fixtures/webhook/${name}.json`, import.meta.url), 'utf8')));
}

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return [shape(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(Object.entries(value).sort().map(([key, inner]) => [key, key === 'variables' ? 'map' : shape(inner)]));
}

function body(wanted: (body: WebhookJson) => boolean): unknown {
  return shape(receiver.bodies.find(wanted));
}

beforeAll(async () => {
  receiver = await WebhookReceiver.start();
  twin = await BotmakerTwin.start({ rateLimits: 'off', echo: { delayMs: 1 }, flow: { handoffOrder: 'variables-before' } });
  await twin.setWebhookUrl(receiver.url);
  const { chatId } = twin.customerWrites(CONTACT, 'ayuda');
  twin.customerWrites(CONTACT, { image: 'https://a.example/1.jpeg', caption: 'Foto' });
  twin.customerWrites(CONTACT, { location: { latitude: 1, longitude: 2, name: 'Casa', address: 'Calle 1' } });
  twin.customerWrites(CONTACT, { text: 'Uno', buttonPayload: 'r1' });
  twin.operatorWrites(chatId, 'Hola');
  const api = new ApiCaller(twin.baseUrl, twin.credentials.accessToken);
  const send = (text: string) => api.post('/chats-actions/send-messages', { chat: { chatId }, messages: [{ text, webhookPayload: '{}' }] });
  await send('a');
  await twin.settled();
  twin.closeWindow(chatId);
  await send('b');
  twin.customerWrites({ contactId: 'W1', channelId: 'acmebot-webchat-null' }, 'hola');
  await twin.settled();
});
afterAll(async () => {
  await twin.close();
  await receiver.close();
});

describe('a webhook body has the fields and types of the collected sample', () => {
  it.each<[string, (body: WebhookJson) => boolean]>([
    ['03-message-bot-echo', (one) => one.messages?.[0]?.['intentName'] === 'ASISTENTE'],
    ['04-message-bot-echo-from-api-txid', (one) => one.txId !== undefined],
    ['05-message-operator-echo', (one) => one.messages?.[0]?.from === 'operator'],
    ['06-message-user-image', (one) => one.messages?.[0]?.['image'] !== undefined],
    ['10-message-user-location', (one) => one.messages?.[0]?.['location'] !== undefined],
    ['14-message-user-list-reply', (one) => one.messages?.[0]?.['buttonPayload'] !== undefined],
    ['17-variables-change-only', (one) => one.type === undefined],
    ['18-message-user-webchat', (one) => one['chatPlatform'] === 'webchat' && one.messages?.[0]?.from === 'user'],
    ['20-status-sent', (one) => one.status === 'sent' && one.intentTxId !== undefined],
    ['24-status-failed-window-131047', (one) => one.status === 'failed'],
  ])('%s', (sample, wanted) => {
    expect(body(wanted)).toEqual(shapeOfSample(sample));
  });
});
