import type { Chat } from '../chats/chat.js';
import type { ChatMessage, MessageContent, MessageStatus } from '../chats/chat-message.js';
import type { Session } from '../chats/session.js';

/** A webhook body, in the shapes of `type: "message"` v1.1 and `type: "status"` [M]. */
export type WebhookBody = Readonly<Record<string, unknown>>;

export interface EchoMarks {
  readonly txId: boolean;
  readonly clientPayload: boolean;
}

export function messageEnvelope(
  chat: Chat,
  messages: readonly ChatMessage[],
  variables: Readonly<Record<string, string>> | null,
  marks: EchoMarks,
): WebhookBody {
  const [first] = messages;
  return {
    v: '1.1',
    type: 'message',
    ...address(chat),
    firstName: chat.profile.firstName,
    lastName: chat.profile.lastName,
    ...(chat.profile.nickName === undefined ? {} : { whatsappNickName: chat.profile.nickName }),
    customerCreationTime: chat.createdAt.toISOString(),
    ...(first ? { sessionId: first.session.id, sessionCreationTime: first.session.createdAt.toISOString() } : {}),
    ...(marks.txId && first?.txId !== undefined ? { txId: first.txId } : {}),
    ...(variables === null ? {} : { variables }),
    messages: messages.map((message) => messageEntry(chat, message, marks)),
  };
}

/** A variables-only notification; it has no `type` [1]. */
export function variablesBody(chat: Chat, session: Session | undefined, variables: Readonly<Record<string, string>>): WebhookBody {
  return {
    chatPlatform: chat.channel.platform,
    contactId: chat.contactId,
    customerId: chat.chatId,
    ...(session ? { sessionId: session.id } : {}),
    variables,
  };
}

export function statusBody(
  chat: Chat,
  message: ChatMessage,
  change: { readonly status: MessageStatus; readonly at: Date; readonly intentTxId?: string; readonly businessId: string },
): WebhookBody {
  return {
    type: 'status',
    status: change.status,
    statusChangeTime: change.at.toISOString(),
    messageId: message.id,
    ...(change.intentTxId === undefined ? {} : { intentTxId: change.intentTxId }),
    businessId: change.businessId,
    ...address(chat),
    // Meta's code arrives written as a decimal number [1].
    ...(message.failure ? { error: message.failure.error, reason: `${message.failure.code}.0` } : {}),
  };
}

function address(chat: Chat): WebhookBody {
  return {
    chatPlatform: chat.channel.platform,
    chatChannelId: chat.channel.id,
    contactId: chat.contactId,
    ...(chat.channel.platform === 'whatsapp' ? { whatsappNumber: chat.channel.number } : { chatIdInChatPlatform: chat.contactId }),
    customerId: chat.chatId,
  };
}

function messageEntry(chat: Chat, message: ChatMessage, marks: EchoMarks): WebhookBody {
  const { operator } = message;
  const fromName = { user: `${chat.profile.firstName} ${chat.profile.lastName}`.trim(), bot: 'Bot', agent: operator?.name ?? '' };
  return {
    _id_: message.id,
    date: message.at.toISOString(),
    // GET /messages says "agent" where the webhook says "operator" [O].
    from: message.from === 'agent' ? 'operator' : message.from,
    fromCustomer: message.from === 'user',
    fromName: fromName[message.from],
    clientPayload: (marks.clientPayload && message.webhookPayload) || '',
    operatorId: operator?.id ?? null,
    ...(operator ? { operatorEmail: operator.email, operatorName: operator.name, operatorRole: operator.role } : {}),
    ...contentFields(message.content),
    ...(message.intentName === undefined ? {} : { intentName: message.intentName }),
  };
}

function contentFields(content: MessageContent): WebhookBody {
  const { text, image, audio, video, file, caption, location, contacts, buttonPayload, button, isUnsupported } = content;
  const fields: Record<string, unknown> = { message: text, image, audio, video, file, caption, location, contacts, buttonPayload };
  if (button) fields['message'] = JSON.stringify({ button: button.label, entities: '', intent: button.intent });
  if (isUnsupported) fields['error'] = 'Unsupported message';
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
