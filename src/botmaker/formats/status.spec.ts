import { describe, expect, it } from '@jest/globals';
import type { JsonRecord, JsonValue } from './bounded-json.js';
import { readEnvelope, type WireEvent } from './index.js';

function read(body: JsonRecord): WireEvent[] {
  return readEnvelope(Buffer.from(JSON.stringify(body)), new Date('2025-12-03T17:10:00.000Z'));
}

describe('a status', () => {
  it('needs no chat, because its message is found by id', () => {
    expect(read({ type: 'status', status: 'read', messageId: 'M1' })).toMatchObject([{ type: 'status', address: null, remoteId: 'M1' }]);
  });

  it('may be known by its transaction alone', () => {
    expect(read({ type: 'status', status: 'sent', txId: 'T1' })).toMatchObject([{ remoteId: null, txId: 'T1', key: 'status:T1:sent:-' }]);
  });

  it('is recognised without a type', () => {
    expect(read({ status: 'Delivered', messageId: 'M1' })).toMatchObject([{ type: 'status', status: 'delivered' }]);
  });

  it('without any id is quarantined', () => {
    expect(read({ type: 'status', status: 'sent', contactId: '5491150001234' })).toMatchObject([
      { type: 'quarantined', reason: 'status-without-id' },
    ]);
  });

  it.each([['exploded'], ['constructor'], [''], [null], [{ a: 1 }]])('that says %j is quarantined', (status) => {
    expect(read({ type: 'status', status, messageId: 'M1' })).toMatchObject([{ type: 'quarantined', reason: 'unknown-status' }]);
  });

  it.each([
    ['clientPayload', 'text', 'text'],
    ['webhookPayload', { runId: 'a' }, '{"runId":"a"}'],
  ])('brings back our custom data in %s', (name, value, payload) => {
    expect(read({ type: 'status', status: 'sent', messageId: 'M1', [name]: value })).toMatchObject([{ webhookPayload: payload }]);
  });

  it('carries the variables of its envelope', () => {
    expect(read({ type: 'status', status: 'sent', messageId: 'M1', variables: { a: 1 } })).toMatchObject([{ type: 'status', variables: { a: '1' } }]);
  });
});

describe('the error of a status', () => {
  it.each<[JsonRecord, { text: string | null; code: string | null } | null]>([
    [{}, null],
    [{ error: '' }, null],
    [{ error: 'Undeliverable', reason: '131026.0' }, { text: 'Undeliverable', code: '131026' }],
    [{ reason: 'Message undeliverable (131026)' }, { text: 'Message undeliverable (131026)', code: '131026' }],
    [{ reason: 131047 }, { text: '131047', code: '131047' }],
    [{ error: { code: 131049, message: 'Not delivered' } }, { text: 'Not delivered', code: '131049' }],
    [{ error: [{ details: { code: '132001' } }] }, { text: null, code: '132001' }],
    [{ error: 'no line 5491131047001 nor 1310471' }, { text: 'no line 5491131047001 nor 1310471', code: null }],
  ])('of %j is %j', (fields, error) => {
    expect(read({ type: 'status', status: 'error', messageId: 'M1', ...fields })).toMatchObject([{ status: 'failed', error }]);
  });

  it('is cut when it is long', () => {
    const [event] = read({ type: 'status', status: 'error', messageId: 'M1', error: 'x'.repeat(5_000) });
    expect(event).toMatchObject({ error: { text: 'x'.repeat(1_000) } });
  });
});

describe('dates', () => {
  it.each<[JsonValue, string | null]>([
    ['2025-12-03T17:02:34.907Z', '2025-12-03T17:02:34.907Z'],
    ['2025-12-03T14:02:34-03:00', '2025-12-03T17:02:34.000Z'],
    [1764781354907, '2025-12-03T17:02:34.907Z'],
    ['2025-12-03T17:02:34.907', null],
    ['2025-13-45T99:99:99Z', null],
    ['0000-01-01T00:00:00Z', null],
    ['9999-12-31T23:59:59Z', null],
    ['3/12/2025', null],
    [1e300, null],
    ['', null],
    [{ $date: 1 }, null],
  ])('%j is read as %j', (statusChangeTime, instant) => {
    const [event] = read({ type: 'status', status: 'sent', messageId: 'M1', statusChangeTime });
    expect(event?.occurredAt?.toISOString() ?? null).toBe(instant);
  });
});
