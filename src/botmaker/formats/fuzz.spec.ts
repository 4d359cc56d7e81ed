import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from './bounded-json.js';
import { MAX_BODY_BYTES, readEnvelope } from './index.js';

const SAMPLES = new URL('../../../test/fixtures/webhook/', import.meta.url);
const RECEIVED_AT = new Date('2025-12-03T17:10:00.000Z');
const samples = readdirSync(SAMPLES).map((name) => readFileSync(new URL(name, SAMPLES)));

/** Mulberry32: the same numbers for the same seed, so that a failing case can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Invariants of every answer, whatever was read. */
function expectSound(body: Uint8Array, seed: number): void {
  const events = readEnvelope(body, RECEIVED_AT);
  const stored = JSON.stringify(events);
  const isSound =
    events.length >= 1 &&
    events.every(({ key }) => key.length > 0 && key.length <= 200) &&
    !events.some((event) => event.type === 'quarantined' && event.reason === 'reader-failed') &&
    !stored.includes('\\u0000') &&
    !/\\ud[89a-f]/i.test(stored);
  if (!isSound) throw new Error(`seed ${seed}: ${stored.slice(0, 500)}`);
}

describe('whatever arrives', () => {
  it('random bytes become at least one event (1,000 seeds)', () => {
    for (let seed = 1; seed <= 1_000; seed += 1) {
      const random = randomFrom(seed);
      expectSound(Uint8Array.from({ length: random(300) }, () => random(256)), seed);
    }
  });

  it('samples with random damage become at least one event (2,000 seeds)', () => {
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const random = randomFrom(seed);
      const body = Buffer.from(samples[random(samples.length)] ?? []);
      for (let damage = random(6); damage >= 0; damage -= 1) body[random(body.length)] = random(256);
      expectSound(body.subarray(0, random(4) === 0 ? random(body.length) : body.length), seed);
    }
  });

  it('samples with values of the wrong kind become at least one event (2,000 seeds)', () => {
    const odd: JsonValue[] = [null, true, 0, -1.5, 1e21, '', 'x', '\0\ud800', [], [null], {}, { a: {} }, [[{}]], '{"button":"x","intent":1}'];
    for (let seed = 1; seed <= 2_000; seed += 1) {
      const random = randomFrom(seed);
      const body = JSON.parse(String(samples[random(samples.length)]), (_name, value: JsonValue) =>
        random(6) === 0 ? odd[random(odd.length)] : value,
      ) as JsonValue;
      expectSound(Buffer.from(JSON.stringify(body)), seed);
    }
  });
});

describe('the largest bodies', () => {
  const filled = (head: string, unit: string, tail: string): Buffer => {
    const count = Math.floor((MAX_BODY_BYTES - head.length - tail.length) / Buffer.byteLength(unit));
    return Buffer.from(head + unit.repeat(count) + tail);
  };
  const head = '{"type":"message","contactId":"1","messages":[';

  it.each<[string, Buffer]>([
    ['one long text', filled(`${head}{"message":"`, 'ñandú 😀 ', '"}]}')],
    ['one text of escapes', filled(`${head}{"message":"`, '\\ud83d\\u0000', '"}]}')],
    ['one text of quotes', filled(`${head}{"message":"`, '\\"', '"}]}')],
    ['brackets', filled('', '[', '')],
    ['backslashes', filled('"', '\\', '')],
    ['five hundred messages', Buffer.from(`${head}${Array.from({ length: 500 }, () => `{"message":"${'a'.repeat(2_000)}"}`).join()}]}`)],
    ['nine thousand links', Buffer.from(`${head}{"image":[${Array.from({ length: 9_000 }, () => `"https://x.example/${'a'.repeat(80)}"`).join()}]}]}`)],
    ['nine thousand variables', Buffer.from(`{"contactId":"1","variables":{${Array.from({ length: 9_000 }, (_, n) => `"k${n}":"${'v'.repeat(100)}"`).join()}}}`)],
  ])('%s are read without holding up the process', (_, body) => {
    const times = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      readEnvelope(body, RECEIVED_AT);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    // The goal is well under 50 ms. Of processor, and the least of five, so that a busy machine fails no test.
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
