import { randomFrom } from '../support/random.js';
import { naughty } from './naughty.js';
import { samples } from './text-fields.js';

type Random = (below: number) => number;

const odd = ['null', 'true', '-1', '1e400', '""', '"\\u0000"', '"\\ud800"', '[]', '[[]]', '{}', '{"a":{}}', '{"__proto__":{"polluted":true}}', '"2025-12-03T16:58:34.907Z"', '18446744073709551616', '{"button":"x","intent":1}'];
const tokens = ['{', '}', '[', ']', ',', ':', '"', '\\', '\\u', 'null', '1e9', '\n', '\0', '\u{1f600}', '"messages":', '"type":"status",', '"variables":{"a":"b"},'];

/** Ways to spoil a body. Each changes something and leaves most of it, so that it is still looked into. */
const damages: ((body: Buffer, random: Random) => Buffer)[] = [
  (body, random) => {
    const changed = Buffer.from(body);
    for (let n = random(8); n >= 0; n--) changed[random(changed.length)] = random(256);
    return changed;
  },
  (body, random) => body.subarray(0, random(body.length)),
  (body, random) => body.subarray(random(body.length)),
  (body, random) => {
    const at = random(body.length);
    return Buffer.concat([body.subarray(0, at), Buffer.from(tokens[random(tokens.length)] ?? ''), body.subarray(at)]);
  },
  (body, random) => {
    const [from, to] = [random(body.length), random(body.length)].sort((a, b) => a - b);
    return Buffer.concat([body.subarray(0, to), body.subarray(from)]);
  },
  (body, random) => {
    const [from, to] = [random(body.length), random(body.length)].sort((a, b) => a - b);
    return Buffer.concat([body.subarray(0, from), body.subarray(to)]);
  },
  (body, random) => Buffer.from(String(body).replace(/"(?:[^"\\]|\\.)*"(?=\s*[,}\]])/g, (text) => (random(8) === 0 ? (odd[random(odd.length)] ?? '') : text))),
  (body, random) => Buffer.from(String(body).replace(/"(?:[^"\\]|\\.)*"(?=\s*[,}\]])/g, (text) => (random(8) === 0 ? JSON.stringify(naughty[random(naughty.length)]) : text))),
  (body, random) => Buffer.from(String(body).replace(/"(?:[^"\\]|\\.)*"(?=\s*:)/g, (name) => (random(12) === 0 ? JSON.stringify(naughty[random(naughty.length)]) : name))),
  (body, random) => Buffer.from(String(body).replaceAll(/[{[]/g, (open) => (random(10) === 0 ? `${open === '{' ? '{"x":' : '['}`.repeat(random(70)) + open : open))),
  (_body, random) => Buffer.from(Uint8Array.from({ length: random(400) }, () => random(256))),
];

/** Samples and naughty texts, damaged up to three times; the same for the same seed. */
export function generated(count: number, seed: number): Buffer[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    let body = samples[random(samples.length)] ?? Buffer.alloc(0);
    for (let times = random(3); times >= 0; times--) if (body.length > 0) body = damages[random(damages.length)]?.(body, random) ?? body;
    return body;
  });
}
