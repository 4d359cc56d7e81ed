import { describe, expect, it } from '@jest/globals';
import type { JsonRecord, JsonValue } from './bounded-json.js';
import { readEnvelope, type MessageContent, type WireEvent } from './index.js';

const chat = { contactId: '5491150001234', customerId: 'K7Q2M9X4T1B8V5N3C6Z0' };

function readItem(item: JsonRecord, envelope: JsonRecord = {}): WireEvent {
  const body = JSON.stringify({ type: 'message', ...chat, ...envelope, messages: [{ _id: 'M1', from: 'user', ...item }] });
  const [event] = readEnvelope(Buffer.from(body), new Date('2025-12-03T17:10:00.000Z'));
  if (event === undefined) throw new Error('expected an event');
  return event;
}

function contentOf(item: JsonRecord, envelope: JsonRecord = {}): MessageContent {
  const event = readItem(item, envelope);
  if (event.type !== 'message') throw new Error(`expected a message, got ${event.type}`);
  return event.content;
}

describe('the text of a message', () => {
  it('is kept as written, with its spaces and line breaks', () => {
    expect(contentOf({ message: '  Hola \n\t ¿qué tal? ' }).text).toBe('  Hola \n\t ¿qué tal? ');
  });

  it('is written out when a number or a boolean arrives', () => {
    expect([contentOf({ message: 42 }).text, contentOf({ message: false }).text]).toEqual(['42', 'false']);
  });

  it('has the caption below it when there are both', () => {
    expect(contentOf({ message: 'Mira', caption: 'mi pedido', image: 'https://x.example/a.png' }).text).toBe('Mira\nmi pedido');
  });

  it('is cut at 16,000 characters and says so', () => {
    expect(contentOf({ message: 'a'.repeat(16_000) })).toMatchObject({ text: 'a'.repeat(16_000), truncated: false });
    expect(contentOf({ message: 'a'.repeat(16_001) })).toMatchObject({ text: 'a'.repeat(16_000), truncated: true });
  });

  it('is never cut in the middle of an emoji', () => {
    const { text } = contentOf({ message: `${'a'.repeat(15_999)}😀😀` });
    expect(text).toBe('a'.repeat(15_999));
  });
});

describe('a message without known content', () => {
  it.each<[string, JsonRecord]>([
    ['nothing', {}],
    ['an empty text', { message: '' }],
    ['only spaces', { message: ' \n ' }],
    ['only U+0000', { message: '\0' }],
    ['empty lists', { contacts: [], image: '', location: null, reactions: [] }],
  ])('that has %s is ignored', (_, item) => {
    expect(readItem(item)).toMatchObject({ type: 'ignored', reason: 'no-content' });
  });

  it.each<[string, JsonRecord]>([
    ['a sticker', { sticker: 'https://x.example/s.webp' }],
    ['an order', { order: { id: 1 } }],
    ['a text of an unknown shape', { message: { body: 'Hola' } }],
    ['contacts of an unknown shape', { contacts: [{}] }],
  ])('that has %s is told as unsupported instead of being lost', (_, item) => {
    expect(contentOf(item)).toMatchObject({ text: null, unsupported: true });
  });
});

describe('media', () => {
  it('may be several, and a list or an object per kind', () => {
    const { media } = contentOf({ image: ['https://x.example/1.png', { url: 'http://x.example/2.png' }], file: 'https://x.example/orden médica.pdf' });
    expect(media).toEqual([
      { kind: 'image', url: 'https://x.example/1.png' },
      { kind: 'image', url: 'http://x.example/2.png' },
      { kind: 'file', url: 'https://x.example/orden%20m%C3%A9dica.pdf' },
    ]);
  });

  it.each<[JsonValue]>([
    ['javascript:alert(1)'],
    ['data:text/html,<script>alert(1)</script>'],
    ['file:///etc/passwd'],
    ['/relative.png'],
    ['https://'],
    [`https://x.example/${'a'.repeat(5_000)}`],
    [7],
    [{ href: 'https://x.example' }],
  ])('%j is dropped and told as unsupported', (image) => {
    expect(contentOf({ image })).toMatchObject({ media: [], unsupported: true });
  });

  it('is limited to twenty', () => {
    const content = contentOf({ image: Array.from({ length: 25 }, (_, n) => `https://x.example/${n}.png`) });
    expect([content.media.length, content.truncated, content.unsupported]).toEqual([20, true, false]);
  });
});

describe('a location', () => {
  it('may have its coordinates as strings and no name', () => {
    expect(contentOf({ location: { latitude: '-34.60', longitude: '-58.38' } }).location).toEqual({
      latitude: -34.6,
      longitude: -58.38,
      name: null,
      address: null,
    });
  });

  it.each<[JsonValue]>([[{ latitude: 'x', longitude: 1 }], [{ latitude: 91, longitude: 1 }], [{ latitude: 1 }], ['Casa'], [{ name: 'Casa' }]])(
    '%j cannot be read and is told as unsupported',
    (location) => {
      expect(contentOf({ location })).toMatchObject({ location: null, unsupported: true });
    },
  );
});

describe('contact cards', () => {
  it('need not have a formatted name nor phones as objects', () => {
    const contacts = [{ name: { first_name: 'Ana', last_name: 'P' }, phones: ['1', { wa_id: '2' }, {}] }, { name: 'Juan' }, {}];
    expect(contentOf({ contacts }).contacts).toEqual([
      { name: 'Ana P', phones: ['1', '2'] },
      { name: 'Juan', phones: [] },
    ]);
  });
});

describe('a selection', () => {
  it('is found in the envelope of a single message', () => {
    expect(contentOf({ message: 'Uno' }, { buttonPayload: 'row-1' }).selection).toEqual({ label: 'Uno', payload: 'row-1', intent: null });
  });

  it('is not guessed for one of several messages', () => {
    const body = { type: 'message', ...chat, buttonPayload: 'row-1', messages: [{ message: 'Uno' }, { message: 'Dos' }] };
    const events = readEnvelope(Buffer.from(JSON.stringify(body)), new Date());
    expect(events).toMatchObject([{ content: { selection: null } }, { content: { selection: null } }]);
  });

  it('may have a payload and no text at all', () => {
    expect(contentOf({ buttonPayload: 'row-1' })).toMatchObject({ text: null, selection: { label: null, payload: 'row-1' } });
  });

  it('is read from JSON in the text, also when it arrives as an object', () => {
    const click = { button: 'Sí', intent: 'CONFIRMAR', entities: '' };
    const selection = { label: 'Sí', payload: null, intent: 'CONFIRMAR' };
    expect(contentOf({ message: ` ${JSON.stringify(click)}` })).toMatchObject({ text: 'Sí', selection });
    expect(contentOf({ message: click })).toMatchObject({ text: 'Sí', selection });
  });

  it.each(['{"button":"Sí"}', '{"a":1}', '{', '{"button":1,"intent":"X"}', `{"button":"Sí","intent":${'['.repeat(80)}`])(
    'is not read from %s, which stays text',
    (message) => {
      expect(contentOf({ message })).toMatchObject({ text: message, selection: null });
    },
  );

  it('is never read from what the bot or an operator wrote', () => {
    const message = '{"button":"Sí","intent":"CONFIRMAR"}';
    expect(contentOf({ message, from: 'bot' })).toMatchObject({ text: message, selection: null });
  });
});
