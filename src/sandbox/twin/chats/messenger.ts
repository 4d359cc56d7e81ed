import type { Observation } from '../observation.js';
import { drawn, type Delay, type TwinSettings } from '../twin-options.js';
import type { Notices } from '../webhook/notices.js';
import type { Work } from '../work.js';
import type { Chat } from './chat.js';
import type { ChatBook } from './chat-book.js';
import type { ChatMessage, DeliveryFailure, MessageContent, MessageStatus, Operator, Origin } from './chat-message.js';
import type { SessionEvent } from './session.js';

/** One message on its way to a customer. */
export interface Outgoing {
  readonly content: MessageContent;
  readonly webhookPayload?: string;
}

export interface Sender {
  readonly origin: Origin;
  readonly txId?: string;
  readonly intentName?: string;
  readonly templateName?: string;
  readonly operator?: Operator;
  /** Known beforehand that WhatsApp will refuse it. */
  readonly failure?: DeliveryFailure;
}

/** Meta's refusal of free text outside the 24-hour window; the call itself was a 202 [M]. */
const WINDOW_CLOSED: DeliveryFailure = { code: 131047, error: 'Re-engagement message' };
const RANK: Record<MessageStatus, number> = { accepted: 0, sent: 1, delivered: 2, read: 3, failed: 4 };
const STARTING_CAUSE: Partial<Record<Origin, string>> = { customer: 'UserMessage', template: 'WhatsAppTemplate' };

/** Brings messages to the customer, and tells the webhook of them and of what became of them. */
export class Messenger {
  constructor(
    private readonly chats: ChatBook,
    private readonly notices: Notices,
    private readonly settings: TwinSettings,
    private readonly work: Work,
    private readonly observation: Observation,
  ) {}

  /** Stores messages in order and starts their statuses; the caller echoes them. */
  write(chat: Chat, outgoing: readonly Outgoing[], sender: Sender): ChatMessage[] {
    return outgoing.map(({ content, webhookPayload }) => {
      const message = this.store(chat, content, sender, webhookPayload);
      const failure = sender.failure ?? this.failureOf(chat, sender, message.at);
      if (failure) this.fail(chat, message, failure);
      else this.deliver(chat, message);
      return message;
    });
  }

  /** The webhook's account of what an API call did, later than the call's own answer. */
  echo(chat: Chat, messages: readonly ChatMessage[], changed: Readonly<Record<string, string>>): void {
    this.work.after(drawn(this.settings.echo.delayMs, messages[0]?.content.text), () => {
      this.notices.messages(chat, this.settings.echo.on ? messages : [], changed);
    });
  }

  /** A message of any author, as the chat's history keeps it. */
  store(chat: Chat, content: MessageContent, sender: Sender, webhookPayload?: string): ChatMessage {
    const now = this.settings.now();
    const at = chat.nextMessageAt(now);
    const { origin, failure: _known, ...marks } = sender;
    const message = this.chats.add(chat, {
      at,
      listedAt: new Date(now.getTime() + drawn(this.settings.listingDelayMs, content.text)),
      from: origin === 'customer' ? 'user' : origin === 'operator' ? 'agent' : 'bot',
      origin,
      content,
      session: chat.sessionAt(at, STARTING_CAUSE[origin] ?? 'BotMessage'),
      ...marks,
      ...(webhookPayload === undefined ? {} : { webhookPayload }),
      status: 'accepted',
    });
    chat.typingAt = null;
    this.observation.tell({ type: 'message', chatId: chat.chatId, message });
    return message;
  }

  private failureOf(chat: Chat, sender: Sender, at: Date): DeliveryFailure | null {
    if (chat.scriptedFailure) return chat.scriptedFailure;
    return sender.origin === 'template' || chat.isWindowOpen(at) ? null : WINDOW_CLOSED;
  }

  private fail(chat: Chat, message: ChatMessage, failure: DeliveryFailure): void {
    message.failure = failure;
    this.advanceAfter(this.settings.statusDelays.sentMs, chat, message, 'failed');
  }

  private deliver(chat: Chat, message: ChatMessage): void {
    const { sentMs, deliveredMs, readMs } = this.settings.statusDelays;
    this.advanceAfter(sentMs, chat, message, 'sent');
    this.advanceAfter(deliveredMs, chat, message, 'delivered');
    if (readMs !== null) this.advanceAfter(readMs, chat, message, 'read');
  }

  private advanceAfter(delay: Delay, chat: Chat, message: ChatMessage, status: Exclude<MessageStatus, 'accepted'>): void {
    this.work.after(drawn(delay, message.content.text), () => {
      const at = this.settings.now();
      // Drawn delays may cross: the webhook then tells them out of order, as happens, but the state only goes forward.
      if (RANK[status] > RANK[message.status]) message.status = status;
      if (message.templateName !== undefined) chat.note(templateEvent(message, status, at));
      this.observation.tell({ type: 'status', chatId: chat.chatId, messageId: message.id, status });
      this.notices.status(chat, message, status, at);
    });
  }
}

function templateEvent(message: ChatMessage, status: Exclude<MessageStatus, 'accepted'>, at: Date): SessionEvent {
  const info: Record<string, string> = { messageId: message.id, whatsappTemplate: message.templateName ?? '' };
  if (message.webhookPayload !== undefined) info['webhookPayload'] = message.webhookPayload;
  if (status !== 'failed') return { name: `notification-${status}`, at, info };
  return { name: 'notification-error', at, info: { ...info, error: message.failure?.error ?? '', reason: `${message.failure?.code ?? 0}.0` } };
}
