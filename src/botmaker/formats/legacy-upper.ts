import type { JsonRecord } from './bounded-json.js';
import { pick, readId } from './field.js';

/** The names of 2018 [O] and what they are called since. What is not listed here keeps its name. */
const MODERN_NAMES: ReadonlyMap<string, string> = new Map([
  ['CHAT_PLATFORM_ID', 'chatPlatform'],
  ['CUSTOMER_ID', 'customerId'],
  ['FIRST_NAME', 'firstName'],
  ['LAST_NAME', 'lastName'],
  ['FROM_NAME', 'fromName'],
  ['MESSAGE', 'message'],
  ['IMAGES_URLS', 'image'],
  ['CREATION_TIME', 'date'],
  ['SESSION_CREATION_TIME', 'sessionCreationTime'],
]);

/** A modern body that merely carries an UPPERCASE field of its own is not taken for one of 2018. */
export function isLegacyUpper(fields: JsonRecord): boolean {
  const isModern = ['type', 'messages', 'chatPlatform', 'contactId'].some((name) => name in fields);
  return !isModern && pick(fields, 'CHAT_PLATFORM_ID', 'MESSAGE', 'IMAGES_URLS', 'STATUS') !== null;
}

/** Turns an UPPERCASE body of 2018 into the flat or status body of later years, so that one reader serves all. */
export function modernise(fields: JsonRecord): JsonRecord {
  const { FROM: sender = null, STATUS: status = null, ...rest } = fields;
  const renamed = Object.fromEntries(Object.entries(rest).map(([name, value]) => [MODERN_NAMES.get(name) ?? name, value]));
  if (status === null || pick(fields, 'MESSAGE', 'IMAGES_URLS') !== null) {
    return { ...renamed, ...readSender(fields, readId(sender)) };
  }
  // CREATION_TIME is when the message was made, the same in each of its statuses, so it is not when the status changed.
  return { ...renamed, type: 'status', status, contactId: sender };
}

/** FROM holds the customer's number [O]; should it ever say who spoke, or be our own line, it is no customer [G]. */
function readSender(fields: JsonRecord, sender: string | null): JsonRecord {
  const line = readId(pick(fields, 'WHATSAPP_NUMBER', 'CHAT_CHANNEL_ID'));
  if (sender === null) return {};
  if (sender === 'bot' || sender === 'operator') return { from: sender };
  const isOurLine = line === sender || line?.endsWith(`-${sender}`) === true;
  return isOurLine ? { from: 'bot' } : { from: 'user', contactId: sender };
}
