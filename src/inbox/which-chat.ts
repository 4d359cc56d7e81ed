import { isNumberOf, isSameLine } from '../platform/index.js';

/** How Botmaker names a chat; which of the fields are known differs by the kind of notification. */
export interface ChatIdentity {
  platform: string | null;
  channelId: string | null;
  contactId: string | null;
  /** Botmaker's own id (`chatId` in the API, `customerId` in the webhook). */
  chatId: string | null;
}

export interface KnownChat {
  id: string;
  platform: string | null;
  channelId: string | null;
  contactId: string | null;
  botmakerChatId: string | null;
  name: string | null;
}

/**
 * Which of the known chats is meant. Botmaker's id decides when it is given, else line and contact together: the same person
 * on two lines is two chats and they are never mixed. `known` holds at least all chats of that id and of that contact.
 */
export function whichChat(known: readonly KnownChat[], { chatId, channelId, contactId }: ChatIdentity): KnownChat | null {
  const byId = chatId && known.find(({ botmakerChatId }) => botmakerChatId === chatId);
  if (byId) return byId;
  if (!contactId) return null;
  const ofContact = known.filter((chat) => chat.contactId === contactId);
  if (channelId) {
    const onLine = ofContact.filter((chat) => chat.channelId !== null && isSameLine(chat.channelId, channelId));
    const byLine = onLine.find((chat) => chat.channelId === channelId) ?? (onLine.length === 1 ? onLine[0] : undefined);
    if (byLine) return byLine;
  }
  // A notification that names only the contact can't be told apart between lines: it is his when he has one chat.
  const [only, ...others] = ofContact.filter((chat) => (!chatId || chat.botmakerChatId === null) && (!channelId || chat.channelId === null));
  return only && others.length === 0 ? only : null;
}

/** What a notification adds to a chat's incomplete address, and the newest name. `known` holds all chats of the contact. */
export function whatItAdds(chat: KnownChat, known: readonly KnownChat[], { platform, chatId, channelId, contactId }: ChatIdentity, name: string | null): Partial<KnownChat> {
  return {
    ...(chatId && chat.botmakerChatId !== chatId ? { botmakerChatId: chatId } : {}),
    ...betterLine(chat, known, channelId, contactId),
    ...(platform && !chat.platform ? { platform } : {}),
    ...(name && chat.name !== name ? { name } : {}),
  };
}

/** Nothing when another chat has that line and contact: it was told apart before. */
function betterLine(chat: KnownChat, known: readonly KnownChat[], channelId: string | null, contactId: string | null): Partial<KnownChat> {
  const better = {
    ...(channelId && isBetterLine(channelId, chat.channelId) ? { channelId } : {}),
    ...(contactId && !chat.contactId ? { contactId } : {}),
  };
  const pair = { channelId: chat.channelId, contactId: chat.contactId, ...better };
  const isTaken = pair.channelId && pair.contactId && known.some((other) => other !== chat && other.channelId === pair.channelId && other.contactId === pair.contactId);
  return isTaken ? {} : better;
}

/** A full channel id replaces a bare line number, never the other way round. */
function isBetterLine(given: string, known: string | null): boolean {
  return known === null || isNumberOf(known, given);
}
