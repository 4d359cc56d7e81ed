import { messageReasons } from './message-rules.js';
import { rangeReasons, type RangeQuery } from './range-rules.js';
import type { OperationId } from './operation-id.js';
import type {
  BatchBody,
  ChatReference,
  NotificationBody,
  ReactionBody,
  SendMessagesBody,
  TemplateBody,
  TriggerIntentBody,
} from './request-bodies.js';

const MAX_BATCH = 500;
const MAX_BLACKLIST = 1000;

interface ProseInput {
  readonly query: RangeQuery;
  readonly body: unknown;
  readonly at: Date;
}

/** Rules that the contract states in words only. The shape was checked before, so the body can be read as its type. */
export function proseViolations(operation: OperationId, { query, body, at }: ProseInput): string[] {
  switch (operation) {
    case 'send-messages':
      return sendMessagesReasons(body as SendMessagesBody);
    case 'trigger-intent':
      return triggerReasons('body', body as TriggerIntentBody);
    case 'batch-trigger-intent':
      return batchReasons(body as BatchBody);
    case 'create-reaction':
      return isEmoji((body as ReactionBody).reaction ?? '') ? [] : ['body/reaction: must be an emoji'];
    case 'send-notification':
      return (body as NotificationBody).contacts.length > 0 ? [] : ['body/contacts: empty'];
    case 'contacts-blacklist':
      return blacklistReasons((body as { contacts?: string[] }).contacts ?? []);
    case 'create-whatsapp-template':
      return templateReasons(body as TemplateBody);
    default:
      return rangeReasons(operation, query, at);
  }
}

function sendMessagesReasons(body: SendMessagesBody): string[] {
  const messages = body.messages ?? [];
  const reasons = chatReasons('body/chat', body.chat);
  if (messages.length === 0) reasons.push('body/messages: nothing to send');
  messages.forEach((message, index) => reasons.push(...messageReasons(`body/messages/${index}`, message)));
  return reasons;
}

function triggerReasons(where: string, body: TriggerIntentBody): string[] {
  const reasons = chatReasons(`${where}/chat`, body.chat);
  if (!body.intentIdOrName) reasons.push(`${where}/intentIdOrName: needed`);
  return reasons;
}

function batchReasons(body: BatchBody): string[] {
  const items = body.items ?? [];
  if (items.length === 0) return ['body/items: empty'];
  if (items.length > MAX_BATCH) return [`body/items: ${items.length} requests, at most ${MAX_BATCH}`];
  return items.flatMap((item, index) => triggerReasons(`body/items/${index}`, item));
}

/** Only `chatId`, or both others: never a mixture [O]. */
function chatReasons(where: string, chat: ChatReference): string[] {
  if (chat.chatId !== undefined) {
    return chat.channelId === undefined && chat.contactId === undefined ? [] : [`${where}: chatId goes alone, without channelId and contactId`];
  }
  return chat.channelId !== undefined && chat.contactId !== undefined ? [] : [`${where}: needs chatId, or both channelId and contactId`];
}

function blacklistReasons(contacts: readonly string[]): string[] {
  if (contacts.length === 0) return ['body/contacts: empty'];
  return contacts.length > MAX_BLACKLIST ? [`body/contacts: ${contacts.length}, at most ${MAX_BLACKLIST}`] : [];
}

function templateReasons(body: TemplateBody): string[] {
  const reasons: string[] = [];
  if (!body.name) reasons.push('body/name: needed');
  if (body.header?.format === 'TEXT' && !body.header.text) reasons.push('body/header/text: needed for TEXT');
  if (body.header?.format && body.header.format !== 'TEXT' && !body.header.exampleURL) {
    reasons.push('body/header/exampleURL: needed unless the format is TEXT');
  }
  const buttons = body.buttons ?? [];
  const quickReplies = buttons.filter((button) => button.type === 'QUICK_REPLY');
  if (quickReplies.length > 3) reasons.push('body/buttons: at most 3 QUICK_REPLY');
  if (quickReplies.length > 0 && quickReplies.length < buttons.length) reasons.push('body/buttons: QUICK_REPLY cannot be combined');
  if (buttons.some((button) => button.intentIdOrName && button.webhookPayload)) {
    reasons.push('body/buttons: only one of intentIdOrName and webhookPayload');
  }
  return reasons;
}

function isEmoji(text: string): boolean {
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(text) && !/[\p{L}\s]/u.test(text);
}
