import type { JsonRecord, JsonValue } from './bounded-json.js';
import { pick, readId } from './field.js';
import type { ChatAddress } from './wire-event.js';

/** `<chatId>_<ISO sessionCreationTime>` [O]; stricter than needed, so that a made-up session id never becomes a chat. */
const SESSION_OF_CHAT = /^([A-Z0-9]{20})_\d{4}-\d{2}-\d{2}T/;

/** Null when the envelope names neither platform, channel, contact nor chat. */
export function readChatAddress(fields: JsonRecord): ChatAddress | null {
  const platform = readId(pick(fields, 'chatPlatform'))?.toLowerCase() ?? null;
  const channelId = readPhoneOrId(pick(fields, 'chatChannelId', 'CHAT_CHANNEL_ID', 'whatsappNumber', 'WHATSAPP_NUMBER'));
  const contactId = readPhoneOrId(pick(fields, 'contactId'));
  const chatId = readId(pick(fields, 'customerId', 'CUSTOMER_ID')) ?? chatOfSession(fields);
  if (platform === null && channelId === null && contactId === null && chatId === null) return null;
  return { platform, channelId, contactId, chatId };
}

/** Sending to a number with `+` opens a second, empty chat [M]; ids of hidden numbers are alphanumeric and stay as they are [1]. */
function readPhoneOrId(value: JsonValue): string | null {
  const id = readId(value);
  return id !== null && /^\+\d+$/.test(id) ? id.slice(1) : id;
}

function chatOfSession(fields: JsonRecord): string | null {
  const sessionId = readId(pick(fields, 'sessionId'));
  return sessionId === null ? null : (SESSION_OF_CHAT.exec(sessionId)?.[1] ?? null);
}
