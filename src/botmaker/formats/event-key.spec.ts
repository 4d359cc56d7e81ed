import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { JsonRecord } from './bounded-json.js';
import { readEnvelope } from './index.js';

const SAMPLES = new URL('../../../test/fixtures/webhook/', import.meta.url);
const RECEIVED_AT = new Date('2025-12-03T17:10:00.000Z');
const chat = { contactId: '5491150001234', customerId: 'K7Q2M9X4T1B8V5N3C6Z0' };

function later(seconds: number): Date {
  return new Date(RECEIVED_AT.getTime() + seconds * 1_000);
}

function keysOf(body: JsonRecord, receivedAt = RECEIVED_AT): string[] {
  return readEnvelope(Buffer.from(JSON.stringify(body)), receivedAt).map(({ key }) => key);
}

function keyOf(item: JsonRecord, receivedAt = RECEIVED_AT, envelope: JsonRecord = chat): string {
  return keysOf({ type: 'message', ...envelope, messages: [{ from: 'user', ...item }] }, receivedAt).join();
}

describe('a body that is delivered again within minutes', () => {
  const bodies = readdirSync(SAMPLES).map((name) => [name, readFileSync(new URL(name, SAMPLES))] as const);

  it.each(bodies.filter(([name]) => !name.startsWith('17')))('has the same keys (%s)', (_, body) => {
    const first = readEnvelope(body, RECEIVED_AT).map(({ key }) => key);
    expect(readEnvelope(body, later(20)).map(({ key }) => key)).toEqual(first);
  });

  it('has the same key when nothing in it could be read', () => {
    const keys = [later(0), later(20)].map((receivedAt) => readEnvelope(Buffer.from('{"half'), receivedAt)[0]?.key);
    expect(keys[1]).toBe(keys[0]);
  });
});

describe('the key of a message', () => {
  it('is its id alone, however its chat is described and whenever it comes', () => {
    expect(keyOf({ _id: 'M1', message: 'a' })).toBe('message:M1');
    expect(keyOf({ _id_: 'M1', message: 'b' }, later(86_400), { contactId: 'CO.1' })).toBe('message:M1');
  });

  it('hashes an id that could imitate another key', () => {
    expect(keyOf({ _id: 'a:b', message: 'x' })).toMatch(/^message:hash:[0-9a-f]{64}$/);
    expect(keyOf({ _id: 'ñ'.repeat(200), message: 'x' })).toMatch(/^message:hash:[0-9a-f]{64}$/);
  });

  it('takes an id that is too long for none', () => {
    expect(keyOf({ _id: 'x'.repeat(300), date: '2025-12-03T17:00:00Z', message: 'Hola' })).toBe(
      keyOf({ date: '2025-12-03T17:00:00Z', message: 'Hola' }),
    );
  });

  it('without id but with a date does not depend on the time of arrival', () => {
    const item = { date: '2025-12-03T17:00:00Z', message: 'Hola' };
    expect(keyOf(item, later(86_400))).toBe(keyOf(item));
  });

  it.each<[string, JsonRecord, JsonRecord]>([
    ['text', { message: 'Hola' }, {}],
    ['date', { date: '2025-12-03T17:00:01Z' }, {}],
    ['author', { from: 'bot' }, {}],
    ['media', { image: 'https://x.example/1.png' }, {}],
    ['chat', {}, { contactId: '5491150009999' }],
  ])('without id differs by %s', (_, item, envelope) => {
    const base = { date: '2025-12-03T17:00:00Z', message: 'Buenas' };
    expect(keyOf({ ...base, ...item }, RECEIVED_AT, { ...chat, ...envelope })).not.toBe(keyOf(base));
  });

  it('without id differs behind the limit of the text', () => {
    const item = (end: string) => ({ date: '2025-12-03T17:00:00Z', message: 'a'.repeat(20_000) + end });
    expect(keyOf(item('1'))).not.toBe(keyOf(item('2')));
  });

  it('without id and date is new after ten minutes, so that a customer may repeat himself', () => {
    expect(keyOf({ message: 'ok' }, later(599))).toBe(keyOf({ message: 'ok' }));
    expect(keyOf({ message: 'ok' }, later(3_600))).not.toBe(keyOf({ message: 'ok' }));
  });

  it('without id keeps equal messages of one envelope apart', () => {
    const keys = keysOf({ type: 'message', ...chat, messages: [{ message: 'ok' }, { message: 'ok' }, { message: 'ok' }] });
    expect(new Set(keys).size).toBe(3);
  });
});

describe('the key of a status', () => {
  const status = { type: 'status', status: 'sent', messageId: 'M1', statusChangeTime: '2025-12-03T17:00:00.000Z' };

  it('names message, status and time of change', () => {
    expect(keysOf(status)).toEqual(['status:M1:sent:2025-12-03T17:00:00.000Z']);
    expect(keysOf({ ...status, statusChangeTime: 'yesterday' })).toEqual(['status:M1:sent:-']);
  });

  it('is the same for error and failed', () => {
    expect(keysOf({ ...status, status: 'error' })).toEqual(keysOf({ ...status, status: 'failed' }));
  });

  it('is never the key of a message', () => {
    expect(keysOf(status)).not.toEqual([keyOf({ _id: 'M1', message: 'x' })]);
  });
});

describe('the key of a variable change', () => {
  it('is new with every arrival, so that true, false, true is three changes', () => {
    const change = (flag: string) => ({ ...chat, variables: { external_handoff: flag } });
    const keys = [...keysOf(change('true')), ...keysOf(change('false'), later(1)), ...keysOf(change('true'), later(2))];
    expect(new Set(keys).size).toBe(3);
  });
});

describe('every key', () => {
  it('is short and holds neither text nor phone number', () => {
    const keys = [
      keyOf({ message: 'secreto' }),
      keyOf({ _id: 'x:5491150001234', message: 'secreto' }),
      ...keysOf({ ...chat, variables: { secreto: 'secreto' } }),
      ...keysOf({ type: 'event', ...chat }),
      ...keysOf({ type: 'message', ...chat, messages: 'secreto' }),
    ];
    for (const key of keys) {
      expect(key.length).toBeLessThanOrEqual(200);
      expect(key).not.toMatch(/secreto|5491150001234/);
    }
  });
});
