import type { Chat } from '../chats/chat.js';

/** ChatResponse of the contract; empty fields are left out, as null and absence are both possible [O]. */
export function chatView(chat: Chat, at: Date): Record<string, unknown> {
  const fields: Record<string, unknown> = {
    chat: chatReference(chat),
    creationTime: chat.createdAt.toISOString(),
    lastSessionCreationTime: chat.sessions.at(-1)?.createdAt.toISOString(),
    firstName: chat.profile.firstName || undefined,
    lastName: chat.profile.lastName || undefined,
    country: chat.profile.country,
    email: chat.profile.email,
    whatsAppWindowCloseDatetime: chat.windowClosesAt?.toISOString(),
    variables: Object.fromEntries(chat.variables),
    tags: [...chat.tags],
    queueId: chat.queueId ?? undefined,
    agentId: chat.agentId ?? undefined,
    lastUserMessageDatetime: chat.lastUserMessageAt?.toISOString(),
    isBanned: chat.isBanned,
    isTester: chat.isTester,
    isBotMuted: chat.isMuted(at),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** ChatWithMessagesResponse: the same with the link to its history. */
export function chatViewWithLink(chat: Chat, at: Date, baseUrl: string): Record<string, unknown> {
  return { ...chatView(chat, at), listMessagesURL: `${baseUrl}/messages?chat-id=${chat.chatId}` };
}

export function chatReference(chat: Chat): Record<string, string> {
  return { chatId: chat.chatId, channelId: chat.channel.id, contactId: chat.contactId };
}
