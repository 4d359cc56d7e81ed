import { isRecord, type JsonRecord } from './bounded-json.js';
import { commonOf, type Envelope, quarantined } from './envelope.js';
import { keyOfStatus } from './event-key.js';
import { cut, pick, readDate, readId, readPayload, readText } from './field.js';
import type { MessageStatus, StatusError, StatusEvent, WireEvent } from './wire-event.js';

/** Botmaker says both `error` and `failed` [M]. */
const STATUSES: ReadonlyMap<string, MessageStatus> = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['failed', 'failed'],
  ['error', 'failed'],
]);

/** Meta's codes are six digits that begin with 13, also written "131049.0" [M]; longer runs of digits are phone numbers. */
const META_CODE = /\b13\d{4}\b/;
const MAX_ERROR_LENGTH = 1_000;

/** A status of a modern or of a modernised body. It needs no chat: the message's id finds its conversation. */
export function readStatus(envelope: Envelope): WireEvent[] {
  const { fields } = envelope;
  const word = readText(pick(fields, 'status'))?.trim().toLowerCase() ?? '';
  const status = STATUSES.get(word);
  if (status === undefined) return [quarantined(envelope, 'unknown-status', `status of ${word.length} characters is not a known word`)];
  const remoteId = readId(pick(fields, 'messageId', '_id_', '_id', 'id'));
  const txId = readId(pick(fields, 'intentTxId', 'txId'));
  if (remoteId === null && txId === null) return [quarantined(envelope, 'status-without-id', 'messageId and intentTxId are missing')];
  const event: Omit<StatusEvent, 'key'> = {
    type: 'status',
    ...commonOf(envelope),
    occurredAt: readDate(pick(fields, 'statusChangeTime')),
    status,
    remoteId,
    txId,
    webhookPayload: readPayload(pick(fields, 'webhookPayload', 'clientPayload')),
    error: readError(fields),
  };
  return [{ ...event, key: keyOfStatus(event) }];
}

export function looksLikeStatus({ fields }: Envelope): boolean {
  return pick(fields, 'status') !== null && pick(fields, 'messageId', 'intentTxId') !== null;
}

/** The body of an error was never captured: `error` and `reason` are strings in what was read so far, perhaps objects [1]. */
function readError(fields: JsonRecord): StatusError | null {
  const given = [pick(fields, 'error'), pick(fields, 'reason')].filter((value) => value !== null);
  if (given.length === 0) return null;
  const texts = given.map((value) => readText(isRecord(value) ? pick(value, 'message', 'title', 'text', 'details') : value));
  const text = texts.find((candidate) => candidate !== null) ?? null;
  return { text: text && cut(text, MAX_ERROR_LENGTH), code: META_CODE.exec(JSON.stringify(given))?.[0] ?? null };
}
