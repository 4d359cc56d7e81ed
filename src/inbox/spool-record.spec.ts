import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ReceivedEnvelope } from './received-envelope.js';
import { encodeRecord, readRecords } from './spool-record.js';

const envelope = (body: Buffer | string, more: Partial<ReceivedEnvelope> = {}): ReceivedEnvelope => ({
  door: 'webhook', body: Buffer.from(body), correlationId: randomUUID(), deliveryKey: randomUUID(), receivedAt: 1_790_000_000_123, ...more,
});
const encoded = (...envelopes: ReceivedEnvelope[]): Buffer => Buffer.concat(envelopes.map(encodeRecord));

describe('a record of the spool', () => {
  it.each<[string, ReceivedEnvelope]>([
    ['JSON in Spanish', envelope('{"message":"¿Cuánto cuesta el envío? 🧉"}')],
    ['no body', envelope('')],
    ['bytes that are not text', envelope(Buffer.from([0, 255, 0xc3, 0x28, 0, 0]))],
    ['another door', envelope('{}', { door: 'code-action' })],
    ['an id of no known version', envelope('{}', { correlationId: 'ffffffff-0000-f000-f000-00000000000f' })],
    ['a megabyte', envelope(randomBytes(1024 * 1024))],
    ['a body that looks like a record', envelope(encoded(envelope('inner')))],
  ])('comes back as it was written: %s', (_what, given) => {
    const { records, damage } = readRecords(encoded(given));
    expect([damage, records.length, records[0]?.body.equals(given.body)]).toEqual(['none', 1, true]);
    expect({ ...records[0], body: null }).toEqual({ ...given, body: null });
  });

  it('follows another, in the order of writing', () => {
    const given = Array.from({ length: 50 }, (_, n) => envelope(`${n}`));
    expect(readRecords(encoded(...given))).toEqual({ records: given, damage: 'none' });
    expect(readRecords(Buffer.alloc(0))).toEqual({ records: [], damage: 'none' });
  });

  it('that was cut off at any byte is left out, and those before it are whole', () => {
    const [first, second] = [envelope('first'), envelope('the second, which is torn')];
    const whole = encoded(first, second);
    const end = encoded(first).length;
    for (let length = end + 1; length < whole.length; length++) {
      expect([length, readRecords(whole.subarray(0, length))]).toEqual([length, { records: [first], damage: 'torn' }]);
    }
    expect(readRecords(whole.subarray(0, end))).toEqual({ records: [first], damage: 'none' });
  });

  it('that was damaged at any byte is left out, known as damage, and those behind it are found', () => {
    const [first, second, third] = [envelope('first'), envelope('the second'), envelope('third')];
    const whole = encoded(first, second, third);
    const from = encoded(first).length;
    for (let at = from; at < from + encoded(second).length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      expect([at, readRecords(damaged)]).toEqual([at, { records: [first, third], damage: 'corrupt' }]);
    }
  });

  it('that was written whole and is damaged is not taken for one that was cut off, though it is the last', () => {
    const [first, last] = [envelope('first'), envelope('the last')];
    const whole = encoded(first, last);
    for (const at of [whole.length - 1, whole.length - 10]) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(readRecords(damaged)).toEqual({ records: [first], damage: 'corrupt' });
    }
    expect(readRecords(Buffer.concat([encoded(first), Buffer.alloc(100)]))).toEqual({ records: [first], damage: 'corrupt' });
  });

  it('is not found in what is none', () => {
    for (const noise of [randomBytes(4096), Buffer.from('BMR1'.repeat(100)), Buffer.alloc(1000, 0xff)]) expect(readRecords(noise)).toEqual({ records: [], damage: 'corrupt' });
  });
});
