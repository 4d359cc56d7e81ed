import { newId } from '../ids.js';
import type { Chat } from '../chats/chat.js';
import type { ChatMessage, MessageStatus } from '../chats/chat-message.js';
import type { TwinSettings } from '../twin-options.js';
import { messageEnvelope, statusBody, variablesBody, type EchoMarks } from './envelope.js';
import type { RegisteredWebhook } from './registered-webhook.js';
import type { WebhookSender } from './webhook-sender.js';

type Variables = Readonly<Record<string, string>>;

/** Decides what the app is told, in which bodies and in which order, by the webhook's switches and the account's habits. */
export class Notices {
  private readonly marks: EchoMarks;

  constructor(
    private readonly webhook: RegisteredWebhook,
    private readonly sender: WebhookSender,
    private readonly settings: TwinSettings,
  ) {
    const { echoCarries } = settings;
    this.marks = {
      txId: echoCarries === 'txId' || echoCarries === 'both',
      clientPayload: echoCarries === 'clientPayload' || echoCarries === 'both',
    };
  }

  /** Messages that belong together, and the variables that changed with them. */
  messages(chat: Chat, messages: readonly ChatMessage[], changed: Variables): void {
    const envelopes = this.grouped(messages.filter((message) => this.isNotified(message)));
    const order = this.settings.flow.handoffOrder;
    const rides = order === 'with-message' && envelopes.length > 0;
    if (!rides && order !== 'variables-after') this.variables(chat, changed);
    envelopes.forEach((group, index) => {
      const carried = rides && index === 0 ? this.carried(chat, changed) : null;
      this.sender.send(chat, 'message', messageEnvelope(chat, group, carried, this.marks));
    });
    if (!rides && order === 'variables-after') this.variables(chat, changed);
  }

  /** A notification of variables alone. */
  variables(chat: Chat, changed: Variables): void {
    const carried = this.carried(chat, changed);
    if (carried) this.sender.send(chat, 'variables', variablesBody(chat, chat.sessions.at(-1), carried));
  }

  status(chat: Chat, message: ChatMessage, status: MessageStatus, at: Date): void {
    if (!this.webhook.flags.notifyStatusChanges) return;
    const { statusCarries, businessId } = this.settings;
    const own = statusCarries === 'intentTxId' ? message.txId : undefined;
    const intentTxId = statusCarries === 'foreign' ? newId() : own;
    const change = { status, at, businessId, ...(intentTxId === undefined ? {} : { intentTxId }) };
    this.sender.send(chat, 'status', statusBody(chat, message, change));
  }

  private carried(chat: Chat, changed: Variables): Variables | null {
    if (!this.webhook.flags.includeVariableChanges || Object.keys(changed).length === 0) return null;
    return this.settings.variablesCarried === 'all' ? Object.fromEntries(chat.variables) : changed;
  }

  private isNotified(message: ChatMessage): boolean {
    const { flags } = this.webhook;
    if (message.from === 'user') return flags.notifyUserMessages;
    return message.from === 'agent' ? flags.notifyOperatorMessages : flags.notifyBotMessages;
  }

  private grouped(messages: readonly ChatMessage[]): ChatMessage[][] {
    const areOneCall = this.settings.echoEnvelope === 'per-call' && messages.every((message) => message.txId !== undefined);
    if (areOneCall && messages.length > 0) return [[...messages]];
    return messages.map((message) => [message]);
  }
}
