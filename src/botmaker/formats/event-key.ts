import { createHash } from 'node:crypto';
import type { MessageEvent, StatusEvent } from './wire-event.js';

/**
 * Botmaker tells an event again within seconds, sometimes a few minutes [1]. Where nothing in the body tells a second telling
 * from a second event, arrivals in the same ten minutes of the clock count as one.
 * Failure windows: a redelivery across a bucket's edge is read twice, and a customer who repeats himself word for word inside one
 * bucket is read once. Both need a message without id and without date, which only the oldest format and hand-made bodies have.
 */
const REDELIVERY_BUCKET_MS = 10 * 60_000;

const PLAIN_ID = /^[\w.=+/-]{1,128}$/;

/** How a body came to us; `bodyHash` is the sha256 of its bytes. */
export interface Arrival {
  receivedAt: Date;
  bodyHash: string;
}

/** The message id is unique across chats [M], so nothing else scopes it: two doors may describe its chat differently. */
export function keyOfMessage(message: Omit<MessageEvent, 'key'>, position: number, arrival: Arrival): string {
  if (message.remoteId !== null) return `message:${idPart(message.remoteId)}`;
  const { address, author, authorName, content, txId, clientPayload, intentName, operatorId, occurredAt } = message;
  const moment = occurredAt?.getTime() ?? `arrived-${bucketOf(arrival)}`;
  // The position keeps two equal messages of one envelope apart.
  return `message:hash:${digest([address, author, authorName, content, txId, clientPayload, intentName, operatorId, moment, position])}`;
}

/** The change time is part of the key because a status may be reported anew; applying it is monotonic anyway. */
export function keyOfStatus({ remoteId, txId, status, occurredAt }: Omit<StatusEvent, 'key'>): string {
  return `status:${idPart(remoteId ?? txId ?? '')}:${status}:${occurredAt?.toISOString() ?? '-'}`;
}

/**
 * A variable that goes true, false, true within seconds sends two equal bodies, so equal bodies must not be taken for one.
 * The price is that a redelivery is applied twice, which is harmless unless the variable changed in between.
 */
export function keyOfVariables(arrival: Arrival): string {
  return keyOfMoment('variables', arrival);
}

/** A person can take, release and take a chat again: only our sweep tells so, and it does not tell twice. */
export function keyOfAssignment(arrival: Arrival): string {
  return keyOfMoment('assignment', arrival);
}

/** A block that is run again calls again: which message it speaks of is told by the message's own key. */
export function keyOfCodeAction(arrival: Arrival): string {
  return keyOfMoment('code-action', arrival);
}

function keyOfMoment(type: string, { receivedAt, bodyHash }: Arrival): string {
  return `${type}:hash:${bodyHash}:${receivedAt.getTime()}`;
}

export function keyOfBody(type: 'ignored' | 'quarantined', arrival: Arrival, position: number): string {
  return `${type}:hash:${arrival.bodyHash}:${bucketOf(arrival)}:${position}`;
}

export function hashBody(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

function bucketOf({ receivedAt }: Arrival): number {
  return Math.floor(receivedAt.getTime() / REDELIVERY_BUCKET_MS);
}

/** An id with a colon or other odd characters is hashed, so that no id can imitate another key. */
function idPart(id: string): string {
  return PLAIN_ID.test(id) ? id : `hash:${digest([id])}`;
}

function digest(fields: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
