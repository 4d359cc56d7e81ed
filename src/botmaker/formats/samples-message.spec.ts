import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type MessageContent, type MessageEvent, readEnvelope, type WireEvent } from './index.js';

const SAMPLES = new URL('../../../test/fixtures/webhook/', import.meta.url);
const RECEIVED_AT = new Date('2025-12-03T17:10:00.000Z');

const whatsapp = {
  platform: 'whatsapp',
  channelId: 'acmebot-whatsapp-5491150000001',
  contactId: '5491150001234',
  chatId: 'K7Q2M9X4T1B8V5N3C6Z0',
};
const ana = { firstName: 'Ana', lastName: 'Prueba', nickName: 'Anita' };
const sessionId = 'K7Q2M9X4T1B8V5N3C6Z0_2025-12-03T15:58:34.907Z';
const nothing: MessageContent = {
  text: null,
  media: [],
  location: null,
  contacts: [],
  selection: null,
  unsupported: false,
  truncated: false,
};
const fromAna = {
  type: 'message',
  author: 'customer',
  address: whatsapp,
  occurredAt: new Date('2025-12-03T16:58:34.907Z'),
  sessionId,
  variables: null,
  person: ana,
  authorName: 'Ana Prueba',
  operatorId: null,
  intentName: null,
  txId: null,
  clientPayload: null,
} satisfies Partial<MessageEvent>;
const fromBot = { ...fromAna, author: 'flow', authorName: 'Bot' } satisfies Partial<MessageEvent>;
const fromOlga = { ...fromAna, author: 'operator', authorName: 'Olga Operadora', operatorId: 'op-1' } satisfies Partial<MessageEvent>;

function identified(remoteId: string) {
  return { remoteId, key: `message:${remoteId}` };
}

const expected: Record<string, WireEvent[]> = {
  '01-message-user-text': [
    {
      ...fromAna,
      ...identified('2O2LXNWHAK7AANUNOR01'),
      person: { firstName: 'Fake', lastName: 'User', nickName: null },
      authorName: 'Fake Customer',
      content: { ...nothing, text: 'Test message (from user)' },
    },
  ],
  '02-message-user-text-official-table': [
    {
      ...fromAna,
      ...identified('2O2LXNWHAK7AANUNOR01'),
      sessionId: null,
      content: { ...nothing, text: 'Hola, necesito ayuda' },
    },
  ],
  '03-message-bot-echo': [
    {
      ...fromBot,
      ...identified('B1MSG0000000000000A1'),
      occurredAt: new Date('2025-12-03T17:00:34.907Z'),
      intentName: 'greeting',
      content: { ...nothing, text: 'Hola, soy el asistente' },
    },
  ],
  '04-message-bot-echo-from-api-txid': [
    {
      ...fromBot,
      ...identified('B1MSG0000000000000A2'),
      occurredAt: new Date('2025-12-03T17:00:40.100Z'),
      txId: 'T4X8D2J6P0L3R7W1Y5H9',
      clientPayload: '{"runId":"8f2b","turn":3}',
      content: { ...nothing, text: 'Tu turno fue confirmado' },
    },
  ],
  '05-message-operator-echo': [
    {
      ...fromOlga,
      ...identified('A1MSG0000000000000A1'),
      occurredAt: new Date('2025-12-03T17:01:34.907Z'),
      content: { ...nothing, text: 'Hola Ana, te atiende Olga' },
    },
  ],
  '06-message-user-image': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B1'),
      content: {
        ...nothing,
        text: 'Foto del pedido',
        media: [{ kind: 'image', url: 'https://storage.example.com/acmebot/media/photo-1.jpeg' }],
      },
    },
  ],
  '07-message-user-audio': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B2'),
      content: { ...nothing, media: [{ kind: 'audio', url: 'https://storage.example.com/acmebot/media/voice-1.ogg' }] },
    },
  ],
  '08-message-user-video': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B3'),
      content: { ...nothing, media: [{ kind: 'video', url: 'https://storage.example.com/acmebot/media/clip-1.mp4' }] },
    },
  ],
  '09-message-user-file': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B4'),
      content: {
        ...nothing,
        text: 'orden-medica.pdf',
        media: [{ kind: 'file', url: 'https://storage.example.com/acmebot/media/orden-medica.pdf' }],
      },
    },
  ],
  '10-message-user-location': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B5'),
      content: {
        ...nothing,
        location: { latitude: -34.6037, longitude: -58.3816, name: 'Casa', address: 'Av. Siempre Viva 742' },
      },
    },
  ],
  '11-message-user-contacts': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B6'),
      content: { ...nothing, contacts: [{ name: 'Juan Ejemplo', phones: ['+54 9 11 5000-0000'] }] },
    },
  ],
  '12-message-user-unsupported': [
    { ...fromAna, ...identified('U1MSG0000000000000B7'), content: { ...nothing, unsupported: true } },
  ],
  '13-message-user-button-reply-json-text': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B8'),
      content: {
        ...nothing,
        text: 'Agendar turno',
        selection: { label: 'Agendar turno', payload: null, intent: 'AGENDAR_TURNO' },
      },
    },
  ],
  '14-message-user-list-reply': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000B9'),
      content: { ...nothing, text: 'Opcion uno', selection: { label: 'Opcion uno', payload: 'row-id-1', intent: null } },
    },
  ],
  '15-message-multiple': [
    { ...fromAna, ...identified('MULTI-CUSTOMER-001'), content: { ...nothing, text: 'Primer mensaje' } },
    {
      ...fromBot,
      ...identified('MULTI-BOT-001'),
      occurredAt: new Date('2025-12-03T16:59:34.907Z'),
      intentName: 'multi_response',
      content: { ...nothing, text: 'Respuesta del bot' },
    },
    {
      ...fromOlga,
      ...identified('MULTI-AGENT-001'),
      occurredAt: new Date('2025-12-03T17:00:34.907Z'),
      content: { ...nothing, text: 'Seguimiento del agente' },
    },
  ],
  '16-message-user-text-with-variables': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000C1'),
      variables: { external_handoff: 'true', Nombre: 'Ana' },
      content: { ...nothing, text: 'Quiero hablar con el asistente' },
    },
  ],
  '18-message-user-webchat': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000C2'),
      address: {
        platform: 'webchat',
        channelId: 'acmebot-webchat-null',
        contactId: '0BBSX05QRF-3318782UBYKNLUIRBM0KL8XMDTM',
        chatId: 'K7Q2M9X4T1B8V5N3C6Z0',
      },
      person: { firstName: 'Ana', lastName: 'Prueba', nickName: null },
      content: { ...nothing, text: 'Hola desde la web' },
    },
  ],
  '19-message-user-bsuid-contact': [
    {
      ...fromAna,
      ...identified('U1MSG0000000000000C3'),
      address: { ...whatsapp, contactId: 'CO.1000000000000001' },
      content: { ...nothing, text: 'Hola' },
    },
  ],
};

describe('the sample bodies of type "message" in format 1.1', () => {
  const names = readdirSync(SAMPLES).filter((name) => /^(0\d|1[0-689])-/.test(name));

  it('all have an expectation', () => {
    expect(names.map((name) => name.replace('.json', ''))).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))('%s becomes its typed events', (name, events) => {
    expect(readEnvelope(readFileSync(new URL(`${name}.json`, SAMPLES)), RECEIVED_AT)).toStrictEqual(events);
  });
});
