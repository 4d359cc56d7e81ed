import { isRecord, type JsonRecord, readBoundedJson } from './bounded-json.js';
import { readContext } from './code-action.js';
import { commonOf, type Envelope, ignored, namesChat, openEnvelope, quarantined } from './envelope.js';
import { type Arrival, hashBody, keyOfVariables } from './event-key.js';
import { describeKind, pick, readText } from './field.js';
import { isFlatMessage, readFlatMessage } from './legacy-flat.js';
import { isLegacyUpper, modernise } from './legacy-upper.js';
import { readMessagesV1 } from './message-v1.js';
import { LISTED_CHAT, readListedChat } from './listed-chat.js';
import { looksLikeStatus, readStatus } from './status.js';
import type { WireEvent } from './wire-event.js';

/**
 * Turns one webhook body, of whatever format and quality, into events: at least one, in the order of the body.
 * Never throws, because an authenticated body must be acknowledged whatever it holds; what cannot be understood becomes
 * `quarantined` with a reason. `receivedAt` only enters the keys of events that carry neither id nor date.
 */
export function readEnvelope(body: Uint8Array, receivedAt: Date): WireEvent[] {
  return reading(body, receivedAt, readNotification);
}

/** The same for what a code block of the flow sent. */
export function readCodeAction(body: Uint8Array, receivedAt: Date): WireEvent[] {
  return reading(body, receivedAt, readContext);
}

function reading(body: Uint8Array, receivedAt: Date, read: (fields: JsonRecord, arrival: Arrival) => WireEvent[]): WireEvent[] {
  const arrival = { receivedAt, bodyHash: hashBody(body) };
  try {
    return readBody(body, arrival, read);
  } catch (error) {
    // Only a defect of a reader gets here. The event must outlive it: the raw body is stored and can be read again.
    const name = error instanceof Error ? error.name : 'unknown error';
    return [quarantined(openEnvelope({}, arrival), 'reader-failed', name)];
  }
}

function readBody(body: Uint8Array, arrival: Arrival, read: (fields: JsonRecord, arrival: Arrival) => WireEvent[]): WireEvent[] {
  const parsed = readBoundedJson(body);
  if (!parsed.ok) return [quarantined(openEnvelope({}, arrival), parsed.reason, parsed.detail)];
  if (!isRecord(parsed.value)) {
    return [quarantined(openEnvelope({}, arrival), 'not-an-object', `body is ${describeKind(parsed.value)}`)];
  }
  return read(parsed.value, arrival);
}

function readNotification(given: JsonRecord, arrival: Arrival): WireEvent[] {
  const envelope = openEnvelope(isLegacyUpper(given) ? modernise(given) : given, arrival);
  return withVariables(readFormat(envelope), envelope);
}

/** May return nothing only when the envelope has variables, which then become its event. */
function readFormat(envelope: Envelope): WireEvent[] {
  const type = readText(pick(envelope.fields, 'type'))?.trim().toLowerCase() ?? null;
  if (type === 'status') return readStatus(envelope);
  if (type === LISTED_CHAT) return readListedChat(envelope);
  if (type === 'message' || type === null) {
    if ('messages' in envelope.fields) return readMessagesV1(envelope);
    if (type === null && looksLikeStatus(envelope)) return readStatus(envelope);
    if (isFlatMessage(envelope)) return readFlatMessage(envelope);
    if (type === 'message') return readMessagesV1(envelope);
  }
  if (envelope.variables === null) return [ignored(envelope, type === 'event' ? 'event-not-understood' : 'unknown-type')];
  return namesChat(envelope) ? [] : [quarantined(envelope, 'no-chat', 'variables without customerId and contactId')];
}

/**
 * Gives the envelope's variables to its first readable event. When there is none they become an event of their own, in front:
 * the hand-off may be decided by a variable that travels beside a message we cannot read.
 */
function withVariables(events: WireEvent[], envelope: Envelope): WireEvent[] {
  const { variables, arrival } = envelope;
  if (variables === null) return events;
  const bearer = events.findIndex(({ type }) => type === 'message' || type === 'status');
  if (bearer >= 0) return events.map((event, position) => (position === bearer ? { ...event, variables } : event));
  if (!namesChat(envelope)) return events;
  return [{ type: 'variables', key: keyOfVariables(arrival), ...commonOf(envelope), occurredAt: null, variables }, ...events];
}
