import type { JsonRecord, JsonValue } from './bounded-json.js';
import { commonOf, type Envelope, ignored, quarantined } from './envelope.js';
import { keyOfMessage } from './event-key.js';
import { pick, readDate, readFlag, readId, readName, readPayload } from './field.js';
import { limitContent, readContent } from './message-content.js';
import type { IgnoredEvent, MessageAuthor, MessageEvent, QuarantinedEvent } from './wire-event.js';

/** `agent` is how the API's history calls an operator [O]; the webhook says `operator` [M]. */
const AUTHORS: ReadonlyMap<string, MessageAuthor> = new Map([
  ['user', 'customer'],
  ['bot', 'flow'],
  ['operator', 'operator'],
  ['agent', 'operator'],
]);

/** One message, from a v1.1 list or from a flat body, where `item` and the envelope are the same fields. */
export function readMessage(item: JsonRecord, envelope: Envelope, position: number): MessageEvent | IgnoredEvent | QuarantinedEvent {
  const author = readAuthor(item);
  if (author === null) {
    return quarantined(envelope, 'message-malformed', `message ${position}: from is not a known author`, position);
  }
  const content = readContent(item, author);
  if (content === null) return ignored(envelope, 'no-content', position);
  const message: Omit<MessageEvent, 'key'> = {
    type: 'message',
    ...commonOf(envelope),
    occurredAt: readDate(pick(item, 'date')),
    author,
    remoteId: readId(pick(item, '_id_', '_id', 'id')),
    content,
    authorName: readName(pick(item, 'operatorName', 'fromName')),
    operatorId: readId(pick(item, 'operatorId')),
    intentName: readName(pick(item, 'intentName')),
    txId: readId(pickNearest(item, envelope, 'txId', 'intentTxId')),
    clientPayload: readPayload(pickNearest(item, envelope, 'clientPayload', 'webhookPayload')),
  };
  // The key is made of the whole text: two long texts may begin alike.
  return { ...message, key: keyOfMessage(message, position, envelope.arrival), content: limitContent(content) };
}

/** Where Botmaker puts these is not settled: on the message, or on the envelope [G]. */
function pickNearest(item: JsonRecord, envelope: Envelope, ...names: string[]): JsonValue {
  return pick(item, ...names) ?? pick(envelope.fields, ...names);
}

/** Null for an author nobody has heard of: taking him for a customer could make us answer our own echo. */
function readAuthor(item: JsonRecord): MessageAuthor | null {
  const from = pick(item, 'from');
  const known = typeof from === 'string' ? AUTHORS.get(from.trim().toLowerCase()) : undefined;
  if (known !== undefined) return known;
  const fromCustomer = readFlag(pick(item, 'fromCustomer'));
  if (fromCustomer === true) return 'customer';
  if (from !== null && fromCustomer === null) return null;
  if (pick(item, 'operatorId', 'operatorName') !== null) return 'operator';
  if (fromCustomer === false || pick(item, 'intentName') !== null) return 'flow';
  // Bodies of 2021 without any mark of the sender: the bot signs as "Bot" [O], everybody else is the customer.
  return pick(item, 'fromName') === 'Bot' ? 'flow' : 'customer';
}
