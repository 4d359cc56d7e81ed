import type { Flow } from '../flow/flow.js';
import type { TwinSettings } from '../twin-options.js';
import type { Notices } from '../webhook/notices.js';
import { findChannel } from './channel.js';
import type { Chat } from './chat.js';
import type { ChatBook } from './chat-book.js';
import type { ChatMessage, MessageContent, TapOption } from './chat-message.js';
import type { Messenger } from './messenger.js';

/** A customer by contact id on the account's main line, or in full. */
export type Contact =
  | string
  | { readonly contactId: string; readonly channelId?: string; readonly firstName?: string; readonly lastName?: string; readonly nickName?: string };

/** A text, or what else a customer can send. */
export type CustomerContent = string | Omit<MessageContent, 'options'>;

/** The phones of the customers. */
export class Customers {
  constructor(
    private readonly chats: ChatBook,
    private readonly flow: Flow,
    private readonly messenger: Messenger,
    private readonly notices: Notices,
    private readonly settings: TwinSettings,
  ) {}

  /** Writes; the flow reacts in the same moment, and the webhook is told of both. */
  write(contact: Contact, content: CustomerContent): ChatMessage {
    const chat = this.chatOf(contact);
    const message = this.messenger.store(chat, typeof content === 'string' ? { text: content } : content, { origin: 'customer' });
    const reaction = this.flow.react(chat, message);
    const answers = reaction ? reaction.says.map((said) => ({ content: said })) : [];
    const said = this.messenger.write(chat, answers, { origin: 'flow', ...(reaction ? { intentName: reaction.intent.name } : {}) });
    this.notices.messages(chat, [message, ...said], reaction?.changed ?? {});
    return message;
  }

  /** Taps the option with this label or row id in the latest message that offers it. */
  tap(contact: Contact, labelOrId: string): ChatMessage {
    const offered = this.chatOf(contact).messages.flatMap((message) => (message.from === 'bot' ? (message.content.options ?? []) : []));
    const option = offered.findLast((candidate) => candidate.label === labelOrId || (candidate.kind === 'row' && candidate.id === labelOrId));
    if (!option) throw new Error(`no message of this chat offers "${labelOrId}"`);
    return this.write(contact, contentOfTap(option));
  }

  chatOf(contact: Contact): Chat {
    const { contactId, channelId, ...names } = typeof contact === 'string' ? { contactId: contact } : contact;
    const channel = channelId === undefined ? this.settings.channels[0] : findChannel(this.settings.channels, channelId);
    if (!channel) throw new Error(`no channel ${channelId ?? ''}`);
    return this.chats.findOrCreate(channel, contactId, this.settings.now(), { firstName: 'Ana', lastName: 'Prueba', ...names });
  }
}

function contentOfTap(option: TapOption): Omit<MessageContent, 'options'> {
  switch (option.kind) {
    case 'intent':
      return { button: { label: option.label, intent: option.intent } };
    case 'row':
      return { text: option.label, buttonPayload: option.id };
    case 'payload':
      return { text: option.label, buttonPayload: option.payload };
    case 'url':
      throw new Error('a link opens a browser; nothing is sent');
  }
}
