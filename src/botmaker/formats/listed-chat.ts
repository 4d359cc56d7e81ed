import { commonOf, type Envelope, namesChat, quarantined } from './envelope.js';
import { keyOfAssignment } from './event-key.js';
import { pick, readId } from './field.js';
import type { WireEvent } from './wire-event.js';

/** The `type` of a body that our own sweep writes: what `GET /chats` said of a chat and no webhook did. */
export const LISTED_CHAT = 'listed-chat';

/** Who has the chat, if anybody; its variables become an event by themselves. May return nothing only when there are some. */
export function readListedChat(envelope: Envelope): WireEvent[] {
  if (!namesChat(envelope)) return [quarantined(envelope, 'no-chat', 'customerId and contactId are missing')];
  const operatorId = readId(pick(envelope.fields, 'agentId'));
  if (operatorId === null) return envelope.variables === null ? [quarantined(envelope, 'messages-missing', 'neither agentId nor variables')] : [];
  return [{ type: 'assignment', key: keyOfAssignment(envelope.arrival), ...commonOf(envelope), occurredAt: null, operatorId }];
}
