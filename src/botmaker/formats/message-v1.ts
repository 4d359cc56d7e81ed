import { isRecord, type JsonRecord, type JsonValue } from './bounded-json.js';
import { type Envelope, ignored, namesChat, quarantined } from './envelope.js';
import { describeKind, pick } from './field.js';
import { readMessage } from './message.js';
import type { WireEvent } from './wire-event.js';

/** A live body with more than one message was never seen; the limit keeps one body from becoming twenty thousand rows. */
const MAX_MESSAGES = 500;

/** `type: "message"`, format 1.1 [O]: the good items become messages, each bad one an event of its own. */
export function readMessagesV1(envelope: Envelope): WireEvent[] {
  if (!namesChat(envelope)) return [quarantined(envelope, 'no-chat', 'customerId and contactId are missing')];
  const items = envelope.fields['messages'];
  if (!Array.isArray(items)) {
    if (envelope.variables !== null) return [];
    return [quarantined(envelope, 'messages-missing', `messages is ${describeKind(items)}`)];
  }
  if (items.length === 0) return envelope.variables === null ? [ignored(envelope, 'no-messages')] : [];
  const events = items.slice(0, MAX_MESSAGES).map((item, position) => readItem(item, envelope, position, items.length === 1));
  if (items.length > MAX_MESSAGES) {
    const detail = `messages has ${items.length} items, the first ${MAX_MESSAGES} were read`;
    events.push(quarantined(envelope, 'too-wide', detail, MAX_MESSAGES));
  }
  return events;
}

function readItem(item: JsonValue, envelope: Envelope, position: number, isOnly: boolean): WireEvent {
  if (!isRecord(item)) {
    return quarantined(envelope, 'message-malformed', `message ${position} is ${describeKind(item)}`, position);
  }
  return readMessage(isOnly ? withEnvelopeClick(item, envelope) : item, envelope, position);
}

/** With several messages nobody can tell which one the envelope's `buttonPayload` belongs to. */
function withEnvelopeClick(item: JsonRecord, { fields }: Envelope): JsonRecord {
  const payload = pick(fields, 'buttonPayload');
  return payload === null || pick(item, 'buttonPayload') !== null ? item : { ...item, buttonPayload: payload };
}
