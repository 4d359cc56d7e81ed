import type { QuarantinedReason } from './wire-event.js';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonRecord;
export interface JsonRecord {
  [name: string]: JsonValue;
}

export type BoundedJson = { ok: true; value: JsonValue } | { ok: false; reason: QuarantinedReason; detail: string };

/** 1 MiB: hundreds of times the largest body seen. */
export const MAX_BODY_BYTES = 1_048_576;
const MAX_DEPTH = 64;
/** Several times what five hundred full messages need; the time to read a body grows with its values more than with its bytes. */
const MAX_VALUES = 10_000;

const POISONED_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Reads one webhook body into plain data that is safe to walk, to copy and to store in Postgres. Never throws. */
export function readBoundedJson(body: Uint8Array): BoundedJson {
  if (body.byteLength > MAX_BODY_BYTES) {
    return refuse('too-large', `body has ${body.byteLength} bytes, limit ${MAX_BODY_BYTES}`);
  }
  let text: string;
  try {
    text = STRICT_UTF8.decode(body);
  } catch {
    return refuse('not-utf8', `body of ${body.byteLength} bytes is not UTF-8`);
  }
  return parseBounded(text);
}

/** As `readBoundedJson`, for JSON that arrives inside a string. */
export function parseBounded(text: string): BoundedJson {
  const excess = findExcess(text);
  if (excess !== null) return excess;
  try {
    return { ok: true, value: sanitise(JSON.parse(text) as JsonValue) };
  } catch {
    // The parser's own message quotes the body, so it must not travel on.
    return refuse('not-json', `${text.length} characters are not JSON`);
  }
}

export function isRecord(value: JsonValue | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * One pass without recursion, before the parser: a megabyte of brackets parses, but overflows the stack of whatever walks it later.
 * Counts an upper bound of the values (one per comma and per opening bracket), which is exact enough for a limit.
 */
function findExcess(text: string): BoundedJson | null {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) {
      quoted = true;
    } else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      depth += 1;
      values += 1;
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      depth -= 1;
    } else if (code === COMMA) {
      values += 1;
    }
    if (depth > MAX_DEPTH) return refuse('too-deep', `nested deeper than ${MAX_DEPTH} levels`);
    if (values > MAX_VALUES) return refuse('too-wide', `more than ${MAX_VALUES} values`);
  }
  return null;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Cleans freshly parsed data in place. Recursion is safe here: the depth was bounded before the parse. */
function sanitise(value: JsonValue): JsonValue {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) {
    value.forEach((member, index) => (value[index] = sanitise(member)));
  } else if (isRecord(value)) {
    for (const [name, member] of Object.entries(value)) sanitiseMember(value, name, member);
  }
  return value;
}

function sanitiseMember(record: JsonRecord, rawName: string, member: JsonValue): void {
  // Cleaned before it is compared: "__pro\u0000to__" must not become dangerous after the check.
  const name = storable(rawName);
  const isPoisoned = POISONED_NAMES.has(name);
  if (isPoisoned || name !== rawName) delete record[rawName];
  if (!isPoisoned) record[name] = sanitise(member);
}

/**
 * Postgres refuses U+0000 in text and lone surrogates in jsonb; half an emoji must not poison its whole chat. The halves are
 * replaced before the zeros go: two halves with a zero between them must not become a whole.
 */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

function refuse(reason: QuarantinedReason, detail: string): BoundedJson {
  return { ok: false, reason, detail };
}
