import { AppError } from '../../platform/index.js';
import type { ChatAddress } from '../formats/index.js';
import type { Query } from './operations.js';

/**
 * How the API names a chat: either the line and the contact, or the chat's id, never both [O].
 * Line and contact come first, because that the webhook's `customerId` is the API's `chatId` is only inferred [G].
 */
export function chatReference(chat: ChatAddress): { channelId: string; contactId: string } | { chatId: string } {
  if (chat.channelId && chat.contactId) return { channelId: chat.channelId, contactId: chat.contactId };
  if (chat.chatId) return { chatId: chat.chatId };
  throw new AppError('invalid', 'botmaker.no-address', 'the chat has neither a line and a contact nor a Botmaker id: it can’t be written to');
}

/** The typing call is flat and knows only line and contact [O]; null when we don't have both. */
export function typingTarget(chat: ChatAddress): { channelId: string; contactId: string } | null {
  return chat.channelId && chat.contactId ? { channelId: chat.channelId, contactId: chat.contactId } : null;
}

/** How a path names a chat [O]. It is the chat that we write to, so it is named alike: line and contact first. */
export function chatPath(chat: ChatAddress): string {
  const reference = chatReference(chat);
  return 'chatId' in reference ? reference.chatId : `${reference.channelId}:${reference.contactId}`;
}

/** How a listing is asked for one chat [O]: by its id, or by line and contact where we don't know that. */
export function chatQuery({ chatId, channelId, contactId }: ChatAddress): Query<'list-messages'> {
  if (chatId) return { 'chat-id': chatId };
  if (channelId && contactId) return { 'channel-id': channelId, 'contact-id': contactId };
  throw new AppError('invalid', 'botmaker.no-address', 'the chat has neither a line and a contact nor a Botmaker id: it can’t be looked up');
}
