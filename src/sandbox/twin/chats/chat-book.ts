import { newId } from '../ids.js';
import { findChannel, type Channel } from './channel.js';
import { Chat, type Profile } from './chat.js';
import type { ChatMessage } from './chat-message.js';

const UNKNOWN_PERSON: Profile = { firstName: '', lastName: '' };

/** All chats of the account, found by every reference that the API allows. */
export class ChatBook {
  private readonly byId = new Map<string, Chat>();
  private readonly byContact = new Map<string, Chat>();
  private readonly messages = new Map<string, { chat: Chat; message: ChatMessage }>();
  private nextSequence = 1;

  constructor(
    private readonly channels: readonly Channel[],
    private readonly onCreated: (chat: Chat) => void,
  ) {}

  all(): Chat[] {
    return [...this.byId.values()];
  }

  byChatId(chatId: string): Chat | undefined {
    return this.byId.get(chatId);
  }

  find(channelIdOrNumber: string, contactId: string): Chat | undefined {
    const channel = findChannel(this.channels, channelIdOrNumber);
    return channel && this.byContact.get(contactKey(channel, contactId));
  }

  /** A path reference: `chatId`, `channelId:contactId` or `lineNumber:contactId` [O]. */
  byReference(reference: string): Chat | undefined {
    const colon = reference.indexOf(':');
    if (colon < 0) return this.byChatId(reference);
    return this.find(reference.slice(0, colon), reference.slice(colon + 1));
  }

  findOrCreate(channel: Channel, contactId: string, at: Date, profile: Profile = UNKNOWN_PERSON): Chat {
    const known = this.byContact.get(contactKey(channel, contactId));
    if (known) return known;
    const chat = new Chat(newId(), channel, contactId, { ...profile }, at);
    this.byId.set(chat.chatId, chat);
    this.byContact.set(contactKey(channel, contactId), chat);
    this.onCreated(chat);
    return chat;
  }

  add(chat: Chat, message: Omit<ChatMessage, 'id' | 'sequence'>): ChatMessage {
    const stored: ChatMessage = { ...message, id: newId(), sequence: this.nextSequence++ };
    chat.add(stored);
    this.messages.set(stored.id, { chat, message: stored });
    return stored;
  }

  message(id: string): { chat: Chat; message: ChatMessage } | undefined {
    return this.messages.get(id);
  }
}

function contactKey(channel: Channel, contactId: string): string {
  return `${channel.id}:${contactId}`;
}
