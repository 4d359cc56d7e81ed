import type { Chat } from './chats/chat.js';
import type { ChatMessage, MessageContent, MessageStatus, Origin } from './chats/chat-message.js';

/** A chat as it is now, for tests and for the page. */
export interface ChatSnapshot {
  readonly chatId: string;
  readonly channelId: string;
  readonly platform: string;
  readonly contactId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly isBotMuted: boolean;
  readonly muteExpiresAt: Date | null;
  readonly agentId: string | null;
  readonly queueId: string | null;
  readonly isWindowOpen: boolean;
  readonly windowClosesAt: Date | null;
  readonly lastUserMessageAt: Date | null;
  readonly typingAt: Date | null;
  readonly readAt: Date | null;
  readonly sessionIds: readonly string[];
  readonly messages: readonly ChatMessage[];
}

/** A message that reached the customer's phone. */
export interface SeenMessage {
  readonly messageId: string;
  readonly origin: Origin;
  readonly text: string | null;
  readonly content: MessageContent;
  readonly txId: string | null;
  readonly webhookPayload: string | null;
  readonly intentName: string | null;
  readonly status: MessageStatus;
  readonly at: Date;
}

export function snapshotOf(chat: Chat, at: Date): ChatSnapshot {
  const { chatId, channel, contactId, profile, muteExpiresAt, agentId, queueId, windowClosesAt, lastUserMessageAt, typingAt, readAt } = chat;
  return {
    chatId,
    channelId: channel.id,
    platform: channel.platform,
    contactId,
    firstName: profile.firstName,
    lastName: profile.lastName,
    variables: Object.fromEntries(chat.variables),
    tags: [...chat.tags],
    isBotMuted: chat.isMuted(at),
    muteExpiresAt,
    agentId,
    queueId,
    isWindowOpen: chat.isWindowOpen(at),
    windowClosesAt,
    lastUserMessageAt,
    typingAt,
    readAt,
    sessionIds: chat.sessions.map((session) => session.id),
    messages: [...chat.messages],
  };
}

/** What the customer was sent, in order; refused messages never reached them. */
export function seenMessages(chat: Chat): SeenMessage[] {
  return chat.messages
    .filter((message) => message.from !== 'user' && message.failure === undefined)
    .map((message) => ({
      messageId: message.id,
      origin: message.origin,
      text: message.content.text ?? null,
      content: message.content,
      txId: message.txId ?? null,
      webhookPayload: message.webhookPayload ?? null,
      intentName: message.intentName ?? null,
      status: message.status,
      at: message.at,
    }));
}
