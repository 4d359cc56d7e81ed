import { isRecord, type JsonRecord, type JsonValue } from './bounded-json.js';
import { readContactCards, readLocation, readMedia } from './attachment.js';
import { cut, pick, readText } from './field.js';
import { readClick } from './selection.js';
import type { MessageAuthor, MessageContent } from './wire-event.js';

const MAX_TEXT_LENGTH = 16_000;

/** Everything known that is not content; any other filled field is a kind of content that we do not know yet. */
const NOT_CONTENT = new Set([
  ...['v', 'type', '_id_', '_id', 'id', 'date', 'from', 'fromCustomer', 'fromName', 'clientPayload', 'webhookPayload', 'buttonPayload'],
  ...['operatorId', 'operatorEmail', 'operatorName', 'operatorRole', 'intentName', 'intentId', 'txId', 'intentTxId', 'variables'],
  ...['chatPlatform', 'chatChannelId', 'CHAT_CHANNEL_ID', 'contactId', 'whatsappNumber', 'WHATSAPP_NUMBER', 'chatIdInChatPlatform'],
  ...['customerId', 'CUSTOMER_ID', 'customerCreationTime', 'sessionId', 'sessionCreationTime', 'businessId'],
  ...['firstName', 'lastName', 'whatsappNickName', 'messages', 'message', 'caption'],
]);

/** Null when the item carries nothing at all. Not yet cut to its limits: see `limitContent`. */
export function readContent(item: JsonRecord, author: MessageAuthor): MessageContent | null {
  const { media, dropped, excess } = readMedia(item);
  const location = readLocation(item);
  const cards = readContactCards(pick(item, 'contacts'));
  const selection = author === 'customer' ? readClick(item) : null;
  const text = selection?.fromText === true ? selection.label : joinTexts(item);
  const content: MessageContent = {
    text,
    media,
    location,
    contacts: cards.contacts,
    selection: selection && { label: selection.label, payload: selection.payload, intent: selection.intent },
    unsupported: dropped || pick(item, 'error') !== null || (location === null && pick(item, 'location') !== null),
    truncated: excess || cards.excess,
  };
  if (!isEmpty(content)) return content;
  // A sticker of next year must not end in silence: it is told as something that could not be read.
  return Object.entries(item).some(isUnknownContent) ? { ...content, unsupported: true } : null;
}

export function limitContent(content: MessageContent): MessageContent {
  if (content.text === null || content.text.length <= MAX_TEXT_LENGTH) return content;
  return { ...content, text: cut(content.text, MAX_TEXT_LENGTH), truncated: true };
}

function joinTexts(item: JsonRecord): string | null {
  const texts = [readText(pick(item, 'message')), readText(pick(item, 'caption'))].filter((text) => text !== null);
  return texts.length === 0 ? null : texts.join('\n');
}

function isEmpty({ text, media, location, contacts, selection, unsupported }: MessageContent): boolean {
  return text === null && media.length === 0 && location === null && contacts.length === 0 && selection === null && !unsupported;
}

function isUnknownContent([name, value]: [string, JsonValue]): boolean {
  if (name === 'message') return typeof value === 'object' && value !== null;
  if (NOT_CONTENT.has(name)) return false;
  if (Array.isArray(value)) return value.length > 0;
  return isRecord(value) ? Object.keys(value).length > 0 : typeof value === 'string' && value !== '';
}
