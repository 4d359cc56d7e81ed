import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type MessageContent, type MessageEvent, readEnvelope, type StatusEvent, type WireEvent } from './index.js';

const SAMPLES = new URL('../../../test/fixtures/webhook/', import.meta.url);
const RECEIVED_AT = new Date('2019-01-21T19:40:00.000Z');

const chatId = 'K7Q2M9X4T1B8V5N3C6Z0';
const nothing: MessageContent = {
  text: null,
  media: [],
  location: null,
  contacts: [],
  selection: null,
  unsupported: false,
  truncated: false,
};
const common = { sessionId: null, variables: null, person: { firstName: null, lastName: null, nickName: null } };

/** Format of 2021: the line number stands in for the channel. */
const flat = {
  type: 'message',
  author: 'customer',
  key: 'message:LBIJGWZN4SJADFT2HUD2',
  remoteId: 'LBIJGWZN4SJADFT2HUD2',
  address: { platform: 'whatsapp', channelId: '5491150000001', contactId: '5491150001234', chatId },
  occurredAt: new Date('2019-01-21T19:39:22.605Z'),
  ...common,
  authorName: 'Anita',
  operatorId: null,
  intentName: null,
  txId: null,
  clientPayload: null,
} satisfies Partial<MessageEvent>;

/** Format of 2018: no channel at all; FROM is the customer's number. */
const upper = {
  ...flat,
  address: { platform: 'whatsapp', channelId: null, contactId: '5491150001234', chatId },
} satisfies Partial<MessageEvent>;

const upperStatus = {
  type: 'status',
  address: upper.address,
  occurredAt: null,
  ...common,
  remoteId: 'LBIJGWZN4SJADFT2HUD2',
  txId: null,
  webhookPayload: null,
  error: null,
} satisfies Partial<StatusEvent>;

const expected: Record<string, WireEvent[]> = {
  '40-legacy-flat-text': [{ ...flat, content: { ...nothing, text: 'Hola' } }],
  '41-legacy-flat-image-caption': [
    {
      ...flat,
      content: {
        ...nothing,
        text: 'Photo title',
        media: [{ kind: 'image', url: 'https://storage.example.com/acmebot/media/photo-1.jpeg' }],
      },
    },
  ],
  '42-legacy-flat-audio': [
    {
      ...flat,
      content: { ...nothing, media: [{ kind: 'audio', url: 'https://storage.example.com/acmebot/media/voice-1.ogg' }] },
    },
  ],
  '43-legacy-flat-location': [
    {
      ...flat,
      content: {
        ...nothing,
        location: {
          latitude: 38.9806263495,
          longitude: -131.9428612257,
          name: 'Main Street Beach',
          address: 'Main Street Beach, Santa Cruz, CA',
        },
      },
    },
  ],
  '44-legacy-flat-contacts': [
    { ...flat, content: { ...nothing, contacts: [{ name: 'Juan Ejemplo', phones: ['+54 9 11 5000-0000'] }] } },
  ],
  '45-legacy-flat-unsupported': [{ ...flat, content: { ...nothing, unsupported: true } }],
  '46-legacy-flat-bot-echo': [{ ...flat, author: 'flow', authorName: 'Bot', content: { ...nothing, text: 'Respuesta' } }],
  '50-legacy-upper-message': [
    { ...upper, occurredAt: new Date('2018-09-03T14:30:24.578Z'), content: { ...nothing, text: 'Hola!' } },
  ],
  '51-legacy-upper-images': [
    {
      ...upper,
      key: 'message:LBIJGWZN4SJADFT2HUD3',
      remoteId: 'LBIJGWZN4SJADFT2HUD3',
      occurredAt: new Date('2018-09-03T14:31:24.578Z'),
      content: {
        ...nothing,
        media: [{ kind: 'image', url: 'https://storage.example.com/acmebot/media/hostedImageByUser.png' }],
      },
    },
  ],
  '52-legacy-upper-status-delivered': [
    { ...upperStatus, key: 'status:LBIJGWZN4SJADFT2HUD2:delivered:-', status: 'delivered' },
  ],
  '53-legacy-upper-status-read': [{ ...upperStatus, key: 'status:LBIJGWZN4SJADFT2HUD2:read:-', status: 'read' }],
  '54-legacy-flat-minimal-2021-consumer': [
    {
      ...flat,
      key: expect.stringMatching(/^message:hash:[0-9a-f]{64}$/) as unknown as string,
      remoteId: null,
      address: upper.address,
      occurredAt: null,
      content: { ...nothing, text: 'Ola' },
    },
  ],
};

describe('the sample bodies of the flat format of 2021 and the UPPERCASE format of 2018', () => {
  const names = readdirSync(SAMPLES).filter((name) => /^[45]\d-/.test(name));

  it('all have an expectation', () => {
    expect(names.map((name) => name.replace('.json', ''))).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))('%s becomes its typed events', (name, events) => {
    expect(readEnvelope(readFileSync(new URL(`${name}.json`, SAMPLES)), RECEIVED_AT)).toStrictEqual(events);
  });
});
