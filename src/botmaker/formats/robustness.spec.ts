import { describe, expect, it } from '@jest/globals';
import { MAX_BODY_BYTES, readEnvelope, type WireEvent } from './index.js';

const RECEIVED_AT = new Date('2025-12-03T17:10:00.000Z');

function read(body: string | Uint8Array): WireEvent[] {
  return readEnvelope(typeof body === 'string' ? Buffer.from(body) : body, RECEIVED_AT);
}

function messageBody(item: string, envelope = ''): string {
  return `{"type":"message","contactId":"5491150001234",${envelope}"messages":[{"_id":"M1","from":"user",${item}}]}`;
}

const hola = messageBody('"message":"Hola"');

describe('a body that is no message at all', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['an empty body', '', 'not-json'],
    ['only spaces', '  \n', 'not-json'],
    ['half a body', hola.slice(0, -5), 'not-json'],
    ['a form', 'contactId=1&message=Hola', 'not-json'],
    ['a page of a proxy', '<html><body>502</body></html>', 'not-json'],
    ['two bodies', hola + hola, 'not-json'],
    ['NaN', '{"contactId":NaN}', 'not-json'],
    ['a raw U+0000', '{"contactId":"\0"}', 'not-json'],
    ['null', 'null', 'not-an-object'],
    ['a list', '[1,2]', 'not-an-object'],
    ['a number', '1e400', 'not-an-object'],
    ['a text', '"Hola"', 'not-an-object'],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${hola}`, 'utf16le'), 'not-utf8'],
    ['UTF-16 without its mark', Buffer.from(hola, 'utf16le'), 'not-json'],
    ['Latin-1', Buffer.from(messageBody('"message":"ñandú"'), 'latin1'), 'not-utf8'],
    ['half an emoji', Buffer.concat([Buffer.from('{"a":"'), Buffer.from('😀').subarray(0, 2), Buffer.from('"}')]), 'not-utf8'],
    ['an overlong byte sequence', Uint8Array.from([0x22, 0xc0, 0xaf, 0x22]), 'not-utf8'],
    ['one byte too many', Buffer.alloc(MAX_BODY_BYTES + 1, 0x20), 'too-large'],
    ['a million nested lists', '['.repeat(1_000_000), 'too-deep'],
    ['65 nested objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, 'too-deep'],
    ['sixty thousand keys', `{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":1`).join()}}`, 'too-wide'],
    ['a million keys', `{${Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join()}}`, 'too-large'],
    ['two hundred thousand empty lists', `[${'[],'.repeat(200_000)}1]`, 'too-wide'],
  ])('(%s) is quarantined with its reason', (_, body, reason) => {
    expect(read(body)).toMatchObject([{ type: 'quarantined', reason }]);
  });

  it('is described without a word of what it held', () => {
    const bodies = ['{"secreto', '"secreto"', '{"type":"secreto"', '{"type":"status","status":"secreto"}', messageBody('"from":"secreto"')];
    for (const event of bodies.flatMap(read)) {
      expect(event.type).toBe('quarantined');
      expect(JSON.stringify(event)).not.toContain('secreto');
    }
  });
});

describe('a body that is odd but readable', () => {
  it('may begin with a byte order mark', () => {
    expect(read(`\uFEFF${hola}`)).toStrictEqual(read(hola).map((event) => ({ ...event, key: 'message:M1' })));
  });

  it('may be 64 levels deep and full of brackets inside strings', () => {
    const deep = `${'['.repeat(62)}1${']'.repeat(62)}`;
    expect(read(messageBody(`"message":"${'[{,'.repeat(30_000)}"`, `"x":${deep},`))).toMatchObject([{ type: 'message' }]);
    expect(read(messageBody(`"message":"\\\\\\"${'['.repeat(100)}"`))).toMatchObject([{ content: { text: `\\"${'['.repeat(100)}` } }]);
  });

  it('keeps the last of duplicate keys', () => {
    expect(read(messageBody('"message":"uno","message":"dos"'))).toMatchObject([{ content: { text: 'dos' } }]);
  });

  it('may have numbers that do not fit', () => {
    expect(read(messageBody('"message":"x","date":1e400', '"customerId":1e400,"firstName":-1e400,'))).toMatchObject([
      { occurredAt: null, address: { chatId: null }, person: { firstName: null } },
    ]);
  });

  it.each([
    ['U+0000', 'a\\u0000b', 'ab'],
    ['a lone high surrogate', 'a\\ud83d', 'a\uFFFD'],
    ['a lone low surrogate', '\\ude00a', '\uFFFDa'],
    ['swapped surrogates', '\\ude00\\ud83d', '\uFFFD\uFFFD'],
    ['a whole pair', '\\ud83d\\ude00', '😀'],
  ])('with %s can be stored', (_, escaped, text) => {
    const [event] = read(messageBody(`"message":"${escaped}"`, `"variables":{"${escaped}":"${escaped}"},`));
    expect(event).toMatchObject({ content: { text }, variables: { [text]: text } });
  });

  it.each(['__proto__', 'constructor', 'prototype', '__pro\\u0000to__', '\\u005f_proto__'])('cannot smuggle in the key %s', (name) => {
    const poison = `"${name}":{"isAdmin":true,"contactId":"evil"}`;
    const [event] = read(messageBody(`"message":"Hola",${poison}`, `${poison},"variables":{${poison},"ok":"1"},`));
    expect(event).toMatchObject({ type: 'message', variables: { ok: '1' } });
    expect(Object.keys(event?.variables ?? {})).toEqual(['ok']);
    expect(JSON.stringify(event)).not.toContain('isAdmin');
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it('arrived at an impossible time', () => {
    expect(readEnvelope(Buffer.from('{}'), new Date(Number.NaN))).toMatchObject([{ type: 'ignored' }]);
    expect(readEnvelope(Buffer.from(messageBody('"_id":"","message":"x"')), new Date(Number.NaN))).toMatchObject([{ type: 'message' }]);
    expect(readEnvelope(Buffer.from('{"contactId":"1","variables":{"a":1}}'), new Date(Number.NaN))).toMatchObject([{ type: 'variables' }]);
  });
});

describe('naughty texts', () => {
  const naughty = [
    'undefined',
    'null',
    '../../etc/passwd',
    "'; DROP TABLE events; --",
    '<script>alert(1)</script>',
    '=HYPERLINK("http://x")',
    '{{constructor.constructor("return 1")()}}',
    '${7*7}',
    '%s%n%d',
    '\u202Eabc\u202C',
    'ﷺ'.repeat(50),
    'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞',
    '👩‍👩‍👧‍👦🇦🇷',
    '\u0001\u001B[31mred\u007F\u0085\u2028\u2029',
    '1e400',
    '-0',
    '[object Object]',
    '\r\nX-Injected: 1',
    'true',
    '\uFEFF',
  ].filter((text) => text.trim() !== '');
  const fields = ['message', 'caption', 'fromName', 'intentName', 'clientPayload', 'operatorId', 'image', 'error', 'date', 'buttonPayload'];

  it.each(fields)('in %s become events whose text is unchanged', (field) => {
    for (const text of naughty) {
      const item = { _id: 'M1', from: 'user', message: 'Hola', [field]: text };
      const body = { type: 'message', contactId: '1', firstName: text, sessionId: text, variables: { [text]: text }, messages: [item] };
      const [event, ...others] = read(JSON.stringify(body));
      expect(others).toEqual([]);
      expect(event).toMatchObject({ type: 'message', key: 'message:M1', person: { firstName: text }, variables: { [text]: text } });
      if (field === 'message') expect(event).toMatchObject({ content: { text } });
      if (field === 'clientPayload') expect(event).toMatchObject({ clientPayload: text });
    }
  });

  it.each(['type', 'contactId', 'customerId', 'chatChannelId', 'status', 'messageId', 'messages', 'variables', 'from', '_id_'])(
    'in %s never throw',
    (field) => {
      for (const text of naughty) {
        const body = { type: 'message', contactId: '1', messages: [{ message: 'x', [field]: text }], [field]: text };
        expect(read(JSON.stringify(body)).length).toBeGreaterThanOrEqual(1);
      }
    },
  );
});
