import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { JsonRecord } from './bounded-json.js';
import { readCodeAction, readEnvelope, type CodeActionEvent, type MessageEvent, type WireEvent } from './index.js';

const SAMPLES = new URL('../../../test/fixtures/code-action/', import.meta.url);
const RECEIVED_AT = new Date('2025-12-03T16:58:36.000Z');

const sample = (name: string): Buffer => readFileSync(new URL(`${name}.json`, SAMPLES));
const read = (userData: JsonRecord, message: JsonRecord): WireEvent[] => readCodeAction(Buffer.from(JSON.stringify({ context: { userData, message } })), RECEIVED_AT);
const chat = { _id_: 'K7Q2M9X4T1B8V5N3C6Z0', PLATFORM_CONTACT_ID: '5491150001234' };

describe('the context of a code block', () => {
  const cases: Record<string, [Partial<MessageEvent>, Partial<CodeActionEvent>]> = {
    '60-code-action-context-official': [
      {
        key: 'message:LBIJGWZN4SJADFT2HUD2',
        address: { platform: 'webchat', channelId: 'YPDXTZKM8Y3NXLXVQYAN-webchat-null', contactId: '0BBSX05QRF-3318782UBYKNLUIRBM0KL8XMDTM', chatId: 'O0IUBYCHJYSA4PNB0QH7' },
        occurredAt: new Date('2018-07-23T03:43:52.281Z'), content: { text: 'test', media: [], location: null, contacts: [], selection: null, unsupported: false, truncated: false },
      },
      { variables: { svar: 'sdas' }, isAttended: null },
    ],
    '61-code-action-context-2025': [
      { key: 'message:2O2LXNWHAK7AANUNOR01', person: { firstName: 'Ana', lastName: 'Prueba', nickName: null }, authorName: 'Ana', content: { text: 'Quiero informacion', media: [], location: null, contacts: [], selection: null, unsupported: false, truncated: false } },
      { variables: { botmakerEnvironment: 'DEVELOPMENT', aUserValue: 'x' }, isAttended: false, occurredAt: new Date('2025-12-03T16:58:34.907Z') },
    ],
    '62-code-action-context-button-click': [
      { content: { text: 'Agente de IA', media: [], location: null, contacts: [], selection: { label: 'Agente de IA', payload: null, intent: 'AGENTE_IA' }, unsupported: false, truncated: false } },
      { isAttended: false },
    ],
  };

  it.each(Object.entries(cases))('%s is the customer’s message and the call', (name, [message, call]) => {
    expect(readCodeAction(sample(name), RECEIVED_AT)).toMatchObject([{ type: 'message', author: 'customer', variables: null, ...message }, { type: 'code-action', ...call }]);
  });

  it('covers every sample', () => expect(readdirSync(SAMPLES).map((name) => name.replace('.json', '')).sort()).toEqual(Object.keys(cases).sort()));

  it('names the message as the webhook does', () => {
    const webhook = readEnvelope(Buffer.from(JSON.stringify({ type: 'message', customerId: chat._id_, messages: [{ _id_: 'M1', from: 'user', message: 'hola' }] })), RECEIVED_AT);
    expect(read(chat, { _id_: 'M1', MESSAGE: 'hola' })[0]?.key).toBe(webhook[0]?.key);
  });

  it('keeps what is no text, and nothing of what is no content', () => {
    const [message] = read(chat, { _id_: 'M1', MESSAGE: '', AUDIOS_URLS: ['https://media.example/voz.ogg'], DEBUG: { lastBotLiteral: 'Hola' }, TAGS: {} });
    expect(message).toMatchObject({ content: { text: null, media: [{ kind: 'audio', url: 'https://media.example/voz.ogg' }], unsupported: false } });
  });

  it.each<[JsonRecord, boolean | null]>([
    [{ CURRENT_OPERATOR_EMAIL: 'eva@example.com' }, true],
    [{ CURRENT_OPERATOR_EMAIL: '', BOT_MUTED: false, QUEUE: '_default_' }, false],
    [{ CURRENT_OPERATOR_EMAIL: '', BOT_MUTED: false }, false],
    [{ CURRENT_OPERATOR_EMAIL: '', BOT_MUTED: false, QUEUE: 'soporte' }, null],
    [{ CURRENT_OPERATOR_EMAIL: '', BOT_MUTED: true }, null],
    [{ CURRENT_OPERATOR_EMAIL: '' }, null],
    [{ BOT_MUTED: false }, null],
  ])('of %j says whether somebody attends the chat: %s', (userData, isAttended) => {
    expect(read({ ...chat, ...userData }, { MESSAGE: 'hola' })[1]).toMatchObject({ type: 'code-action', isAttended });
  });

  it.each<[string, unknown, WireEvent['type'], string]>([
    ['nothing', {}, 'quarantined', 'context-missing'],
    ['a webhook’s body', { type: 'message', messages: [] }, 'quarantined', 'context-missing'],
    ['a context that is a list', { context: [] }, 'quarantined', 'context-missing'],
    ['nobody', { context: { userData: 7, message: { MESSAGE: 'hola' } } }, 'quarantined', 'no-chat'],
    ['a chat without a message', { context: { userData: chat } }, 'ignored', 'no-content'],
    ['a message that says nothing', { userData: chat, message: { MESSAGE: '', DEBUG: { a: 'b' } } }, 'ignored', 'no-content'],
    ['a list', [], 'quarantined', 'not-an-object'],
  ])('that holds %s asks nothing, and says why', (_what, body, type, reason) => {
    expect(readCodeAction(Buffer.from(JSON.stringify(body)), RECEIVED_AT)).toMatchObject([{ type, reason }]);
  });
});
