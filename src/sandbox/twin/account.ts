import { Credentials } from './api/credentials.js';
import type { Chat } from './chats/chat.js';
import { ChatBook } from './chats/chat-book.js';
import { Customers } from './chats/customers.js';
import { Messenger } from './chats/messenger.js';
import { Operators } from './chats/operators.js';
import { Catalogue } from './flow/catalogue.js';
import { Flow } from './flow/flow.js';
import type { ChatChange, Observation } from './observation.js';
import type { TwinSettings } from './twin-options.js';
import { Notices } from './webhook/notices.js';
import { RegisteredWebhook } from './webhook/registered-webhook.js';
import { WebhookSender } from './webhook/webhook-sender.js';
import type { Work } from './work.js';

/** One Botmaker account: its chats, its flow, its people, its webhook and its credentials. */
export class Account {
  readonly credentials: Credentials;
  readonly chats: ChatBook;
  readonly catalogue: Catalogue;
  readonly flow: Flow;
  readonly webhook: RegisteredWebhook;
  readonly sender: WebhookSender;
  readonly notices: Notices;
  readonly messenger: Messenger;
  readonly customers: Customers;
  readonly operators: Operators;

  constructor(
    readonly settings: TwinSettings,
    readonly observation: Observation,
    readonly work: Work,
  ) {
    const { channels, webhookUrl, webhookToken, webhookFlags, muteMs } = settings;
    this.credentials = new Credentials(settings);
    this.chats = new ChatBook(channels, (chat) => this.changed(chat, 'created'));
    this.catalogue = new Catalogue(settings.flow, settings.line);
    this.flow = new Flow(this.catalogue, muteMs, (chat, change) => this.changed(chat, change));
    this.webhook = new RegisteredWebhook(webhookUrl, webhookToken, webhookFlags, channels.map((channel) => channel.id));
    this.sender = new WebhookSender(this.webhook, settings, work, observation);
    this.notices = new Notices(this.webhook, this.sender, settings);
    this.messenger = new Messenger(this.chats, this.notices, settings, work, observation);
    this.customers = new Customers(this.chats, this.flow, this.messenger, this.notices, settings);
    this.operators = new Operators(this.messenger, this.notices, settings, observation);
  }

  now(): Date {
    return this.settings.now();
  }

  changed(chat: Chat, change: ChatChange): void {
    this.observation.tell({ type: 'chat', chatId: chat.chatId, change });
  }

  /** Sets variables outside any message: the webhook hears of them alone. */
  setVariables(chat: Chat, values: Readonly<Record<string, string>>): void {
    const changed = chat.setVariables(values, this.now());
    if (Object.keys(changed).length === 0) return;
    this.changed(chat, 'variables');
    this.notices.variables(chat, changed);
  }
}
