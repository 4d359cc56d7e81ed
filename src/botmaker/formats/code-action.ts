import { isRecord, type JsonRecord } from './bounded-json.js';
import { commonOf, type Envelope, namesChat, openEnvelope, quarantined } from './envelope.js';
import { type Arrival, keyOfCodeAction } from './event-key.js';
import { pick, readFlag, readId } from './field.js';
import { readMessage } from './message.js';
import type { CodeActionEvent, WireEvent } from './wire-event.js';

/** What Botmaker calls the queue of a chat that is in none [1]. */
const NO_QUEUE = '_default_';

/**
 * What a code block of the flow sends: the `context` that Botmaker handed to it, in UPPERCASE names [O], bare or wrapped. It
 * becomes the customer's message, as the webhook would have told it, and the call itself: the flow asks us to answer. A block
 * that runs without a message, or with one that says nothing, asks nothing.
 */
export function readContext(fields: JsonRecord, arrival: Arrival): WireEvent[] {
  const context = isRecord(fields['context']) ? fields['context'] : fields;
  const userData = recordOf(context['userData']);
  const message = recordOf(context['message']);
  const envelope = openEnvelope(modernFields(userData, message), arrival);
  if (!('userData' in context) && !('message' in context)) return [quarantined(envelope, 'context-missing', 'neither userData nor message')];
  if (!namesChat(envelope)) return [quarantined(envelope, 'no-chat', 'CUSTOMER_ID and PLATFORM_CONTACT_ID are missing')];
  const said = readMessage(messageFields(message), envelope, 0);
  return said.type === 'message' ? [said, callOf(envelope, userData, said.occurredAt)] : [said];
}

const recordOf = (value: unknown): JsonRecord => (isRecord(value as JsonRecord) ? (value as JsonRecord) : {});

function modernFields(userData: JsonRecord, message: JsonRecord): JsonRecord {
  return {
    chatPlatform: pick(userData, 'CHAT_PLATFORM_ID') ?? pick(message, 'CHAT_PLATFORM_ID'),
    chatChannelId: pick(userData, 'CHAT_CHANNEL_ID') ?? pick(message, 'CHAT_CHANNEL_ID'),
    contactId: pick(userData, 'PLATFORM_CONTACT_ID') ?? pick(message, 'FROM'),
    customerId: pick(message, 'CUSTOMER_ID') ?? pick(userData, '_id_'),
    firstName: pick(userData, 'FIRST_NAME'),
    lastName: pick(userData, 'LAST_NAME'),
    variables: pick(userData, 'variables'),
  };
}

/** Only what is known to be content: whatever else stands beside a message without any would make an unreadable one of it. */
function messageFields(message: JsonRecord): JsonRecord {
  return {
    from: 'user',
    _id_: pick(message, '_id_', '_id'),
    date: pick(message, 'CREATION_TIME'),
    fromName: pick(message, 'FROM_NAME'),
    // A tapped button is JSON here, and again in CALLBACK_ID [1].
    message: pick(message, 'MESSAGE', 'CALLBACK_ID'),
    image: pick(message, 'IMAGES_URLS'),
    audio: pick(message, 'AUDIOS_URLS'),
    video: pick(message, 'VIDEOS_URLS'),
    file: pick(message, 'FILES_URLS'),
  };
}

/** The context is as old as the message: an operator who wrote since is not in it. */
function callOf(envelope: Envelope, userData: JsonRecord, occurredAt: Date | null): CodeActionEvent {
  return {
    type: 'code-action',
    key: keyOfCodeAction(envelope.arrival),
    ...commonOf(envelope),
    occurredAt,
    variables: envelope.variables,
    isAttended: isAttended(userData),
  };
}

/** Blocks run neither while an operator has the chat nor while the bot is muted [1]; what the context says of it decides. */
function isAttended(userData: JsonRecord): boolean | null {
  const operator = userData['CURRENT_OPERATOR_EMAIL'];
  if (readId(operator ?? null) !== null) return true;
  const queue = pick(userData, 'QUEUE');
  const isInQueue = queue !== null && queue !== NO_QUEUE;
  return operator === '' && !isInQueue && readFlag(userData['BOT_MUTED'] ?? null) === false ? false : null;
}
