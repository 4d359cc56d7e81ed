import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readEnvelope, type StatusEvent, type WireEvent } from './index.js';

const SAMPLES = new URL('../../../test/fixtures/webhook/', import.meta.url);
const RECEIVED_AT = new Date('2025-12-03T17:10:00.000Z');

const chatId = 'K7Q2M9X4T1B8V5N3C6Z0';
const whatsapp = { platform: 'whatsapp', channelId: 'acmebot-whatsapp-5491150000001', contactId: '5491150001234', chatId };
const unnamed = { firstName: null, lastName: null, nickName: null };
const ana = { firstName: 'Ana', lastName: 'Prueba', nickName: 'Anita' };
const sessionId = 'K7Q2M9X4T1B8V5N3C6Z0_2025-12-03T15:58:34.907Z';
const quiet = { sessionId: null, variables: null, person: unnamed };

const status = {
  type: 'status',
  address: whatsapp,
  ...quiet,
  txId: 'T4X8D2J6P0L3R7W1Y5H9',
  webhookPayload: null,
  error: null,
} satisfies Partial<StatusEvent>;

/** Keys made of a hash: their shape is checked here, their rules in event-key.spec.ts. */
const hashedKey = (type: string): string => expect.stringMatching(new RegExp(`^${type}:hash:[0-9a-f]{64}(:\\d+){0,2}$`)) as unknown as string;

const expected: Record<string, WireEvent[]> = {
  '17-variables-change-only': [
    {
      type: 'variables',
      key: hashedKey('variables'),
      address: { platform: 'whatsapp', channelId: null, contactId: '5491150001234', chatId },
      occurredAt: null,
      sessionId,
      variables: { Mail: 'ana@example.com' },
      person: unnamed,
    },
  ],
  '20-status-sent': [
    {
      ...status,
      key: 'status:B1MSG0000000000000A2:sent:2025-12-03T17:00:41.000Z',
      occurredAt: new Date('2025-12-03T17:00:41.000Z'),
      status: 'sent',
      remoteId: 'B1MSG0000000000000A2',
    },
  ],
  '21-status-delivered': [
    {
      ...status,
      key: 'status:B1MSG0000000000000A2:delivered:2025-12-03T17:02:34.907Z',
      occurredAt: new Date('2025-12-03T17:02:34.907Z'),
      status: 'delivered',
      remoteId: 'B1MSG0000000000000A2',
    },
  ],
  '22-status-read': [
    {
      ...status,
      key: 'status:B1MSG0000000000000A2:read:2025-12-03T17:05:00.000Z',
      occurredAt: new Date('2025-12-03T17:05:00.000Z'),
      status: 'read',
      remoteId: 'B1MSG0000000000000A2',
    },
  ],
  '23-status-error-marketing-cap-131049': [
    {
      ...status,
      key: 'status:B1MSG0000000000000A3:failed:2025-12-03T17:02:35.000Z',
      occurredAt: new Date('2025-12-03T17:02:35.000Z'),
      status: 'failed',
      remoteId: 'B1MSG0000000000000A3',
      error: { text: 'This message was not delivered to maintain healthy ecosystem engagement.', code: '131049' },
    },
  ],
  '24-status-failed-window-131047': [
    {
      ...status,
      key: 'status:B1MSG0000000000000A4:failed:2025-12-03T17:02:36.000Z',
      occurredAt: new Date('2025-12-03T17:02:36.000Z'),
      status: 'failed',
      remoteId: 'B1MSG0000000000000A4',
      error: { text: 'Re-engagement message', code: '131047' },
    },
  ],
  '25-status-before-message': [
    {
      ...status,
      key: 'status:STATUS-BEFORE-MESSAGE-001:sent:2025-12-03T17:03:34.907Z',
      occurredAt: new Date('2025-12-03T17:03:34.907Z'),
      status: 'sent',
      remoteId: 'STATUS-BEFORE-MESSAGE-001',
      txId: 'intent-tx-before-message',
    },
  ],
  '26-status-minimal-without-tx': [
    {
      ...status,
      key: 'status:B1MSG0000000000000A5:delivered:-',
      address: { platform: null, channelId: null, contactId: '5491150001234', chatId: null },
      occurredAt: null,
      status: 'delivered',
      remoteId: 'B1MSG0000000000000A5',
      txId: null,
    },
  ],
  '30-event-type-only': [
    {
      type: 'ignored',
      reason: 'event-not-understood',
      key: hashedKey('ignored'),
      address: { platform: 'whatsapp', channelId: null, contactId: '5491150001234', chatId },
      occurredAt: null,
      ...quiet,
      sessionId,
    },
  ],
  '31-unknown-type': [
    {
      type: 'ignored',
      reason: 'unknown-type',
      key: hashedKey('ignored'),
      address: { platform: null, channelId: 'acmebot-whatsapp-5491150000001', contactId: null, chatId: null },
      occurredAt: null,
      ...quiet,
    },
  ],
  '32-message-empty-array': [
    {
      type: 'ignored',
      reason: 'no-messages',
      key: hashedKey('ignored'),
      address: whatsapp,
      occurredAt: null,
      sessionId,
      variables: null,
      person: ana,
    },
  ],
  '33-message-missing-array': [
    {
      type: 'quarantined',
      reason: 'messages-missing',
      detail: 'messages is missing',
      key: hashedKey('quarantined'),
      address: whatsapp,
      occurredAt: null,
      sessionId,
      variables: null,
      person: ana,
    },
  ],
  '34-message-minimal': [
    {
      type: 'message',
      author: 'customer',
      key: hashedKey('message'),
      remoteId: null,
      address: { platform: null, channelId: 'acmebot-whatsapp-5491150000001', contactId: '5491150001234', chatId: null },
      occurredAt: null,
      ...quiet,
      sessionId: 'minimal-session',
      authorName: null,
      operatorId: null,
      intentName: null,
      txId: null,
      clientPayload: null,
      content: {
        text: 'Mensaje minimo',
        media: [],
        location: null,
        contacts: [],
        selection: null,
        unsupported: false,
        truncated: false,
      },
    },
  ],
};

describe('the sample bodies of statuses, variable changes, events and edge cases', () => {
  const names = readdirSync(SAMPLES).filter((name) => /^(17|2\d|3\d)-/.test(name));

  it('all have an expectation', () => {
    expect(names.map((name) => name.replace('.json', ''))).toEqual(Object.keys(expected));
  });

  it.each(Object.entries(expected))('%s becomes its typed events', (name, events) => {
    expect(readEnvelope(readFileSync(new URL(`${name}.json`, SAMPLES)), RECEIVED_AT)).toStrictEqual(events);
  });
});
