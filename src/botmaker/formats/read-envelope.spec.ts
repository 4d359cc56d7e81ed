import { describe, expect, it } from '@jest/globals';
import type { JsonRecord, JsonValue } from './bounded-json.js';
import { type MessageEvent, readEnvelope, type WireEvent } from './index.js';

const RECEIVED_AT = new Date('2025-12-03T17:10:00.000Z');
const chat = { contactId: '5491150001234', customerId: 'K7Q2M9X4T1B8V5N3C6Z0' };

function read(body: JsonValue): WireEvent[] {
  return readEnvelope(Buffer.from(JSON.stringify(body)), RECEIVED_AT);
}

function readOne(item: JsonRecord, envelope: JsonRecord = {}): WireEvent {
  const [event, ...others] = read({ type: 'message', ...chat, ...envelope, messages: [{ _id_: 'M1', from: 'user', ...item }] });
  if (event === undefined || others.length > 0) throw new Error(`expected one event, got ${others.length + 1}`);
  return event;
}

function readMessage(item: JsonRecord, envelope: JsonRecord = {}): MessageEvent {
  const event = readOne(item, envelope);
  if (event.type !== 'message') throw new Error(`expected a message, got ${event.type}`);
  return event;
}

describe('several messages in one envelope', () => {
  it('keeps the good ones and quarantines each bad one', () => {
    const events = read({ type: 'message', ...chat, messages: [{ message: 'uno' }, 'text', null, { from: 'ghost' }, { message: 'dos' }] });
    expect(events.map(({ type }) => type)).toEqual(['message', 'quarantined', 'quarantined', 'quarantined', 'message']);
    expect(events.flatMap((event) => (event.type === 'quarantined' ? [event.detail] : []))).toEqual([
      'message 1 is a string',
      'message 2 is null',
      'message 3: from is not a known author',
    ]);
    expect(new Set(events.map(({ key }) => key)).size).toBe(5);
  });

  it('reads the first 500 and says that there were more', () => {
    const events = read({ type: 'message', ...chat, messages: Array.from({ length: 600 }, (_, n) => ({ _id: `M${n}`, message: 'x' })) });
    expect(events).toHaveLength(501);
    expect(events[500]).toMatchObject({ type: 'quarantined', reason: 'too-wide', detail: 'messages has 600 items, the first 500 were read' });
  });
});

describe('who wrote a message', () => {
  it.each<[JsonRecord, MessageEvent['author']]>([
    [{ from: 'user' }, 'customer'],
    [{ from: 'USER ' }, 'customer'],
    [{ from: 'bot', fromCustomer: true }, 'flow'],
    [{ from: 'operator' }, 'operator'],
    [{ from: 'agent' }, 'operator'],
    [{ from: null, fromCustomer: true }, 'customer'],
    [{ from: null, fromCustomer: 'true' }, 'customer'],
    [{ from: null, fromCustomer: false }, 'flow'],
    [{ from: null, fromCustomer: false, operatorId: 'op-1' }, 'operator'],
    [{ from: 'supervisor', fromCustomer: false }, 'flow'],
    [{ from: null }, 'customer'],
    [{ from: null, fromName: 'Bot' }, 'flow'],
    [{ from: null, intentName: 'greeting' }, 'flow'],
  ])('%j is the %s', (marks, author) => {
    expect(readMessage({ message: 'Hola', ...marks }).author).toBe(author);
  });

  it.each(['constructor', 'toString', 'supervisor'])('an author nobody knows (%s) is not taken for a customer', (from) => {
    expect(readOne({ message: 'Hola', from })).toMatchObject({ type: 'quarantined', reason: 'message-malformed' });
  });
});

describe('the chat', () => {
  it.each<[JsonRecord, JsonRecord]>([
    [{ contactId: '+5491150001234' }, { contactId: '5491150001234' }],
    [{ contactId: '+CO.123' }, { contactId: '+CO.123' }],
    [{ contactId: 5491150001234 }, { contactId: '5491150001234' }],
    [{ contactId: 'x', whatsappNumber: '+5491150000001' }, { channelId: '5491150000001' }],
    [{ contactId: 'x', whatsappNumber: '1', chatChannelId: 'acmebot-whatsapp-2' }, { channelId: 'acmebot-whatsapp-2' }],
    [{ contactId: 'x', chatPlatform: 'WhatsApp' }, { platform: 'whatsapp' }],
    [{ sessionId: 'K7Q2M9X4T1B8V5N3C6Z0_2025-12-03T15:58:34.907Z' }, { chatId: 'K7Q2M9X4T1B8V5N3C6Z0', contactId: null }],
  ])('%j is read as %j', (envelope, address) => {
    expect(read({ type: 'message', ...envelope, messages: [{ message: 'Hola' }] })[0]?.address).toMatchObject(address);
  });

  it.each<[string, JsonRecord]>([
    ['no id at all', {}],
    ['an empty id', { contactId: '', customerId: null }],
    ['a number too large to be exact', { contactId: 54911500012345678901 }],
    ['an id too long to be indexed', { contactId: '5'.repeat(201) }],
    ['a session id of another shape', { sessionId: 'minimal-session' }],
  ])('a message with %s is quarantined', (_, envelope) => {
    const events = read({ type: 'message', chatChannelId: 'line', ...envelope, messages: [{ _id: 'M1', message: 'Hola' }] });
    expect(events).toMatchObject([{ type: 'quarantined', reason: 'no-chat' }]);
  });

  it('a flat message without a chat is quarantined too', () => {
    expect(read({ message: 'Hola', fromCustomer: true })).toMatchObject([{ type: 'quarantined', reason: 'no-chat' }]);
  });
});

describe('ids and custom data of a message', () => {
  it.each(['_id_', '_id', 'id'])('reads the message id from %s', (name) => {
    expect(readMessage({ _id_: null, [name]: 'ABC', message: 'Hola' }).remoteId).toBe('ABC');
  });

  it.each<[JsonRecord, JsonRecord, string | null]>([
    [{ clientPayload: '{"runId":"a"}' }, {}, '{"runId":"a"}'],
    [{ webhookPayload: 'a' }, { webhookPayload: 'b' }, 'a'],
    [{ clientPayload: '' }, { webhookPayload: 'b' }, 'b'],
    [{}, { clientPayload: { runId: 'a', part: 1 } }, '{"runId":"a","part":1}'],
    [{ clientPayload: '' }, {}, null],
  ])('payload of message %j in envelope %j is %j', (item, envelope, payload) => {
    expect(readMessage({ message: 'Hola', from: 'bot', ...item }, envelope).clientPayload).toBe(payload);
  });

  it.each<[JsonRecord, JsonRecord]>([
    [{}, { txId: 'T1' }],
    [{}, { intentTxId: 'T1' }],
    [{ txId: 'T1' }, { txId: 'T2' }],
  ])('the transaction of message %j in envelope %j is T1', (item, envelope) => {
    expect(readMessage({ message: 'Hola', ...item }, envelope).txId).toBe('T1');
  });
});

describe('variables', () => {
  const variables = { external_handoff: true, age: 41, note: null, cart: { items: [1] }, name: 'Ana', empty: '' };
  const asStrings = { external_handoff: 'true', age: '41', note: '', cart: '{"items":[1]}', name: 'Ana', empty: '' };

  it('are attached once, to the first readable message, as strings', () => {
    const events = read({ type: 'message', ...chat, variables, messages: ['bad', { message: 'uno' }, { message: 'dos' }] });
    expect(events.map((event) => event.variables)).toEqual([null, asStrings, null]);
  });

  it.each<[string, JsonRecord]>([
    ['an empty list of messages', { type: 'message', messages: [] }],
    ['no list of messages', { type: 'message' }],
    ['an unknown type', { type: 'variable-change' }],
    ['type event', { type: 'event' }],
    ['no type', {}],
  ])('with %s become a variables event', (_, body) => {
    expect(read({ ...chat, ...body, variables })).toMatchObject([{ type: 'variables', variables: asStrings }]);
  });

  it('are not lost when the message beside them cannot be read', () => {
    expect(read({ type: 'message', ...chat, variables, messages: [7] })).toMatchObject([
      { type: 'variables', variables: asStrings },
      { type: 'quarantined', reason: 'message-malformed' },
    ]);
  });

  it('that belong to no chat are quarantined', () => {
    expect(read({ variables })).toMatchObject([{ type: 'quarantined', reason: 'no-chat' }]);
  });

  it.each([[{}], [[]], ['true'], [null]])('%j are no variables', (none) => {
    expect(read({ ...chat, variables: none })).toMatchObject([{ type: 'ignored', reason: 'unknown-type' }]);
  });
});

describe('bodies between the formats', () => {
  it('a flat message that names its type is read', () => {
    expect(read({ type: 'message', ...chat, message: 'Hola', from: 'user' })).toMatchObject([{ type: 'message', content: { text: 'Hola' } }]);
  });

  it('a list of messages without type is read', () => {
    expect(read({ ...chat, messages: [{ message: 'Hola' }] })).toMatchObject([{ type: 'message' }]);
  });

  it('a modern body with an UPPERCASE field of its own stays modern', () => {
    expect(read({ type: 'message', ...chat, STATUS: 'open', messages: [{ message: 'Hola' }] })).toMatchObject([
      { type: 'message', content: { text: 'Hola' } },
    ]);
  });

  it.each<[string, JsonRecord]>([
    ['says bot', { FROM: 'bot' }],
    ['is our own line', { FROM: '5491150000001', WHATSAPP_NUMBER: '5491150000001' }],
    ['is the line of our channel', { FROM: '5491150000001', CHAT_CHANNEL_ID: 'acmebot-whatsapp-5491150000001' }],
  ])('an UPPERCASE message whose sender %s is an echo', (_, sender) => {
    expect(read({ CHAT_PLATFORM_ID: 'whatsapp', CUSTOMER_ID: 'C1', MESSAGE: 'Hola', ...sender })).toMatchObject([
      { type: 'message', author: 'flow', address: { chatId: 'C1', contactId: null } },
    ]);
  });

  it('unknown fields change nothing', () => {
    const known = { type: 'message', ...chat, messages: [{ _id: 'M1', from: 'user', message: 'Hola' }] };
    const more = { ...known, region: 'sa', toString: 'x', messages: [{ ...known.messages[0], sticker: 'y', hasOwnProperty: 1 }] };
    expect(read(more)).toStrictEqual(read(known));
  });
});
