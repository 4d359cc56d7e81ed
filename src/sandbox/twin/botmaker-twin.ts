import { Account } from './account.js';
import { ApiServer } from './api/api-server.js';
import { Faults } from './api/faults.js';
import type { CredentialPair } from './api/credentials.js';
import { triggerIntent } from './api/intent-trigger.js';
import { seenMessages, snapshotOf, type ChatSnapshot, type SeenMessage } from './chat-snapshot.js';
import type { Chat } from './chats/chat.js';
import type { DeliveryFailure, Operator } from './chats/chat-message.js';
import type { Contact, CustomerContent } from './chats/customers.js';
import { Contract } from './contract/contract.js';
import { Observation, type Call, type TwinEvent, type Violation, type WebhookAttempt } from './observation.js';
import { settingsFrom, type TwinOptions, type WebhookFlags } from './twin-options.js';
import type { WebhookRule } from './webhook/webhook-sender.js';
import { Work } from './work.js';

export interface Written {
  readonly chatId: string;
  readonly messageId: string;
}

/**
 * A faithful fake of one Botmaker account over real HTTP. It shares nothing with the app but the official contract, so the
 * two check each other: what the contract does not allow is refused and kept in `violations`.
 */
export class BotmakerTwin {
  /** What goes wrong next, by operation. */
  readonly faults = new Faults();
  private readonly server: ApiServer;
  private address = '';

  private constructor(
    private readonly account: Account,
    private readonly observation: Observation,
    private readonly work: Work,
  ) {
    this.server = new ApiServer(account, Contract.load(), this.faults);
  }

  /** Listening when it resolves. A webhook URL given here is validated with a GET, whose failure does no harm. */
  static async start(options: TwinOptions = {}): Promise<BotmakerTwin> {
    const settings = settingsFrom(options);
    const observation = new Observation();
    const work = new Work(() => observation.changed());
    const twin = new BotmakerTwin(new Account(settings, observation, work), observation, work);
    twin.address = await twin.server.listen(settings.host, settings.port);
    if (settings.webhookUrl !== null) void twin.account.sender.validate(settings.webhookUrl);
    return twin;
  }

  /** Nothing of the twin runs afterwards: timers are cleared, open requests and calls ended. */
  async close(): Promise<void> {
    this.observation.close();
    await this.work.close();
    this.account.sender.close();
    await this.server.close();
  }

  /** `http://host:port/v2.0` */
  get baseUrl(): string {
    return this.address;
  }

  get credentials(): CredentialPair {
    return this.account.credentials.current;
  }

  get webhookToken(): string {
    return this.account.webhook.token;
  }

  get webhookId(): string {
    return this.account.webhook.id;
  }

  get channelId(): string {
    return this.account.settings.channels[0]?.id ?? '';
  }

  // The console of the account.

  /** Saves the URL as the console does: with a GET to it, awaited here; its result is in `webhookAttempts`. */
  async setWebhookUrl(url: string): Promise<void> {
    this.account.webhook.url = url;
    await this.account.sender.validate(url);
  }

  setWebhookFlags(flags: Partial<WebhookFlags>): void {
    this.account.webhook.flags = { ...this.account.webhook.flags, ...flags };
  }

  /** Switches it on or off, gives it another token, or other channels. */
  setWebhook({ isActive, token, channelIds }: { readonly isActive?: boolean; readonly token?: string; readonly channelIds?: readonly string[] }): void {
    const { webhook } = this.account;
    webhook.isActive = isActive ?? webhook.isActive;
    webhook.token = token ?? webhook.token;
    webhook.channelIds = channelIds ?? webhook.channelIds;
  }

  expireAccessToken(): void {
    this.account.credentials.expireAccessToken();
  }

  // Customers and operators.

  /** A message of a customer; the flow reacts at once. */
  customerWrites(contact: Contact, content: CustomerContent): Written {
    const message = this.account.customers.write(contact, content);
    return { chatId: this.account.customers.chatOf(contact).chatId, messageId: message.id };
  }

  /** A tap on a button, list row or quick reply that was offered, by its label or row id. */
  customerTaps(contact: Contact, labelOrId: string): Written {
    const message = this.account.customers.tap(contact, labelOrId);
    return { chatId: this.account.customers.chatOf(contact).chatId, messageId: message.id };
  }

  operatorTakes(chatId: string, operator?: Operator): void {
    this.account.operators.take(this.known(chatId), operator);
  }

  operatorWrites(chatId: string, text: string, operator?: Operator): Written {
    const [message] = this.account.operators.write(this.known(chatId), text, operator);
    return { chatId, messageId: message?.id ?? '' };
  }

  operatorReleases(chatId: string, options?: { readonly keepMuted?: boolean }): void {
    this.account.operators.release(this.known(chatId), options);
  }

  // What the flow, the clock and WhatsApp do.

  setVariable(chatId: string, name: string, value: string): void {
    this.account.setVariables(this.known(chatId), { [name]: value });
  }

  /** Somebody else than the app starts an intent in the chat: a rule of the flow, a campaign, another integration. */
  triggerIntent(chatId: string, intentIdOrName: string): void {
    const result = triggerIntent(this.account, { chat: { chatId }, intentIdOrName });
    if ('problem' in result) throw new Error(result.problem);
  }

  closeWindow(chatId: string): void {
    const chat = this.known(chatId);
    chat.windowClosesAt = this.account.now();
    this.account.changed(chat, 'window');
  }

  expireMute(chatId: string): void {
    const chat = this.known(chatId);
    chat.muteExpiresAt = null;
    this.account.changed(chat, 'mute');
  }

  /** From now on WhatsApp refuses this chat's messages with the code (131026, 131049…), after their 202; null: no longer. */
  failDeliveries(chatId: string, failure: DeliveryFailure | null): void {
    this.known(chatId).scriptedFailure = failure;
  }

  // The way of the webhooks.

  /** Notifications that vanish without being sent. */
  dropWebhooks(rule: WebhookRule): void {
    this.account.sender.dropping = rule;
  }

  /** Notifications that are sent twice at the same time. */
  duplicateWebhooks(rule: WebhookRule): void {
    this.account.sender.duplicating = rule;
  }

  get isBreakerOpen(): boolean {
    return this.account.sender.breaker.isOpen;
  }

  /** Failed notifications of the last 10 minutes; the breaker opens above 100. */
  get recentWebhookFailures(): number {
    return this.account.sender.breaker.recentFailures;
  }

  // Observation.

  get calls(): readonly Call[] {
    return this.observation.calls;
  }

  get violations(): readonly Violation[] {
    return this.observation.violations;
  }

  get webhookAttempts(): readonly WebhookAttempt[] {
    return this.observation.webhookAttempts;
  }

  chats(): ChatSnapshot[] {
    return this.account.chats.all().map((chat) => snapshotOf(chat, this.account.now()));
  }

  /** By `chatId`, `channelId:contactId` or `lineNumber:contactId`. */
  chat(reference: string): ChatSnapshot | undefined {
    const chat = this.account.chats.byReference(reference);
    return chat && snapshotOf(chat, this.account.now());
  }

  /** What the customer was sent, in order. */
  sent(chatId: string): SeenMessage[] {
    return seenMessages(this.known(chatId));
  }

  /** Live updates, for a page; returns the function that ends them. */
  subscribe(listener: (event: TwinEvent) => void): () => void {
    return this.observation.subscribe(listener);
  }

  /** The first truthy value of the predicate, asked again after every change; rejects after `timeoutMs` (5 s). */
  until<T>(predicate: () => T, { timeoutMs = 5_000 } = {}): Promise<NonNullable<T>> {
    return this.observation.until(predicate, timeoutMs);
  }

  /** Nothing more is coming by itself: no echo, status, retry or stalled call is left. */
  async settled(options?: { readonly timeoutMs?: number }): Promise<void> {
    await this.until(() => this.work.isIdle, options);
  }

  private known(chatId: string): Chat {
    const chat = this.account.chats.byChatId(chatId);
    if (!chat) throw new Error(`no chat ${chatId}`);
    return chat;
  }
}
