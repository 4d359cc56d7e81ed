import { crc32 } from 'node:zlib';
import type { Door, ReceivedEnvelope } from './received-envelope.js';

/*
 * A record of the spool, numbers big-endian:
 *
 *   mark 4 │ length of what follows the sum 4 │ CRC-32 of what follows 4 ║ delivery key 16 │ correlation id 16 │ received at 8 │ length of door 1 │ door │ body
 *
 * Records are only ever appended, so a process that is killed while it writes leaves a beginning of a record at the end of
 * its file: that one was never acknowledged. Everything else that is no record is damage.
 */

const mark = Buffer.from('BMR1');
const headBytes = 12;
const fixedBytes = 41;
/** A length above this is no length: the bytes in its place were damaged. */
const longest = 64 * 1024 * 1024;

export function encodeRecord({ deliveryKey, correlationId, receivedAt, door, body }: ReceivedEnvelope): Buffer {
  const doorBytes = Buffer.from(door, 'latin1');
  const record = Buffer.allocUnsafe(headBytes + fixedBytes + doorBytes.length + body.length);
  mark.copy(record, 0);
  record.writeUInt32BE(record.length - headBytes, 4);
  idBytes(deliveryKey).copy(record, 12);
  idBytes(correlationId).copy(record, 28);
  record.writeDoubleBE(receivedAt, 44);
  record.writeUInt8(doorBytes.length, 52);
  doorBytes.copy(record, 53);
  body.copy(record, 53 + doorBytes.length);
  record.writeUInt32BE(crc32(record.subarray(headBytes)), 8);
  return record;
}

export interface SpoolContent {
  records: ReceivedEnvelope[];
  /**
   * `torn`: the last record is a beginning, as a killed process leaves it; nobody was told that it is kept. `corrupt`: bytes
   * that were written whole are no record any more, so something that was acknowledged may be missing from `records`.
   */
  damage: 'none' | 'torn' | 'corrupt';
}

/** Every whole record of a file, in order. What lies behind a damaged place is found by the next mark that begins a whole record. */
export function readRecords(bytes: Buffer): SpoolContent {
  const records: ReceivedEnvelope[] = [];
  let damage: SpoolContent['damage'] = 'none';
  for (let at = 0; at < bytes.length; ) {
    const end = endOfRecord(bytes, at);
    if (end !== null) {
      records.push(decode(bytes.subarray(at + headBytes, end)));
      at = end;
      continue;
    }
    const next = nextRecord(bytes, at + 1);
    if (next === null) return { records, damage: damage === 'none' && isBeginning(bytes.subarray(at)) ? 'torn' : 'corrupt' };
    damage = 'corrupt';
    at = next;
  }
  return { records, damage };
}

/** Where the whole and undamaged record at `at` ends; null when there is none. */
function endOfRecord(bytes: Buffer, at: number): number | null {
  if (bytes.length - at < headBytes + fixedBytes || bytes.compare(mark, 0, mark.length, at, at + mark.length) !== 0) return null;
  const end = at + headBytes + bytes.readUInt32BE(at + 4);
  if (end > bytes.length || end - at < headBytes + fixedBytes + bytes.readUInt8(at + 52)) return null;
  return crc32(bytes.subarray(at + headBytes, end)) === bytes.readUInt32BE(at + 8) ? end : null;
}

function nextRecord(bytes: Buffer, from: number): number | null {
  for (let at = bytes.indexOf(mark, from); at !== -1; at = bytes.indexOf(mark, at + 1)) if (endOfRecord(bytes, at) !== null) return at;
  return null;
}

/** Whether these bytes, to the end of the file, can be the beginning of a record that was cut off. */
function isBeginning(rest: Buffer): boolean {
  const seen = Math.min(rest.length, mark.length);
  if (rest.compare(mark, 0, seen, 0, seen) !== 0) return false;
  if (rest.length < 8) return true;
  const length = rest.readUInt32BE(4);
  return length >= fixedBytes && length <= longest && headBytes + length > rest.length;
}

function decode(content: Buffer): ReceivedEnvelope {
  const bodyAt = fixedBytes + content.readUInt8(40);
  return {
    deliveryKey: idOf(content, 0),
    correlationId: idOf(content, 16),
    receivedAt: content.readDoubleBE(32),
    door: content.toString('latin1', fixedBytes, bodyAt) as Door,
    body: content.subarray(bodyAt),
  };
}

/** Callers may send ids that have the form of a UUID and no known version: a library would refuse those. */
const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

function idOf(content: Buffer, at: number): string {
  const hex = content.toString('hex', at, at + 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
