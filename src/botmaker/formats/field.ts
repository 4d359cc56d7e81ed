import { isRecord, type JsonRecord, type JsonValue } from './bounded-json.js';

/** Real ids have 20 to 60 characters; a unique index of Postgres refuses entries above about 2,700 bytes. */
const MAX_ID_LENGTH = 200;
const MAX_NAME_LENGTH = 200;
const MAX_PAYLOAD_LENGTH = 16_000;

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/** The first of these fields that says anything: absent, null and "" all mean "not given" in Botmaker's bodies. */
export function pick(record: JsonRecord, ...names: string[]): JsonValue {
  for (const name of names) {
    const value = record[name];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return null;
}

/** Text as it is, numbers and booleans written out, everything else null. No length limit. */
export function readText(value: JsonValue): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null;
  return typeof value === 'boolean' ? String(value) : null;
}

/** Null rather than cut when too long, or a number too large to be exact: half an id would name somebody else. */
export function readId(value: JsonValue): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  const id = value.trim();
  return id === '' || id.length > MAX_ID_LENGTH ? null : id;
}

export function readName(value: JsonValue): string | null {
  const text = readText(value);
  return text === null ? null : cut(text, MAX_NAME_LENGTH);
}

/** Custom data that we or a flow attached. Documented as a string [O], yet seen as an object in public code: then serialised. */
export function readPayload(value: JsonValue): string | null {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : readText(value);
  return text === null ? null : cut(text, MAX_PAYLOAD_LENGTH);
}

/** ISO 8601 with a zone, or epoch milliseconds. Out of 2000-2100 is a broken clock, and a year 0 would fail in the database. */
export function readDate(value: JsonValue): Date | null {
  const ms = typeof value === 'number' ? value : parseInstant(value);
  return ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms) : null;
}

function parseInstant(value: JsonValue): number {
  return typeof value === 'string' && ISO_INSTANT.test(value) ? Date.parse(value) : Number.NaN;
}

export function readFlag(value: JsonValue): boolean | null {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : null;
}

/** Coordinates arrive as numbers in the webhook [O] and as strings in the API [O]. */
export function readNumber(value: JsonValue): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

export function readList(value: JsonValue): JsonValue[] {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Never ends in half an emoji. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? limit - 1 : limit);
}

/** For `detail`: says what a value is without showing it. */
export function describeKind(value: JsonValue | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isRecord(value) ? 'an object' : `a ${typeof value}`;
}
