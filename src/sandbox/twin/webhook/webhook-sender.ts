import { newId } from '../ids.js';
import type { Chat } from '../chats/chat.js';
import type { Observation, WebhookAttempt, WebhookKind } from '../observation.js';
import type { TwinSettings } from '../twin-options.js';
import type { Work } from '../work.js';
import { Breaker } from './breaker.js';
import type { WebhookBody } from './envelope.js';
import { HttpCaller, type HttpResult } from './http-call.js';
import type { RegisteredWebhook } from './registered-webhook.js';

/** true, false, or a rule asked for each body. */
export type WebhookRule = boolean | ((body: WebhookBody) => boolean);

interface Notification {
  readonly id: string;
  readonly kind: WebhookKind;
  readonly chatId: string;
  readonly url: string;
  readonly body: WebhookBody;
}

/**
 * Calls the app's webhook at least once, as Pub/Sub push does [O]: anything but a 2xx in time is tried again. The first tries
 * of one chat go in order; a retry does not hold up what comes after it, so order is not promised.
 */
export class WebhookSender {
  readonly breaker: Breaker;
  dropping: WebhookRule = false;
  duplicating: WebhookRule = false;
  private readonly caller = new HttpCaller();
  private readonly lanes = new Map<string, Promise<void>>();

  constructor(
    private readonly webhook: RegisteredWebhook,
    private readonly settings: TwinSettings,
    private readonly work: Work,
    private readonly observation: Observation,
  ) {
    this.breaker = new Breaker(settings.breaker, settings.now);
  }

  send(chat: Chat, kind: WebhookKind, body: WebhookBody): void {
    const url = this.webhook.targetFor(chat);
    if (url === null || this.work.signal.aborted) return;
    const notification = { id: newId(), kind, chatId: chat.chatId, url, body };
    if (applies(this.dropping, body)) return this.record(notification, { attempt: 0, outcome: 'dropped', status: null, willRetry: false });
    const copies = applies(this.duplicating, body) ? 2 : 1;
    this.inOrder(chat.chatId, async () => {
      await Promise.all(Array.from({ length: copies }, () => this.attempt(notification, 1)));
    });
  }

  /** The GET that the console makes when a URL is saved [M]. Its result matters to nobody, so it is only recorded. */
  async validate(url: string): Promise<void> {
    const result = await this.work.track(this.call('GET', url));
    this.record({ id: newId(), kind: 'validation', chatId: null, url, body: null }, { attempt: 1, ...outcomeOf(result), willRetry: false });
  }

  close(): void {
    this.caller.close();
  }

  private inOrder(chatId: string, task: () => Promise<void>): void {
    if (this.settings.webhookOrder === 'none') return void this.work.track(task());
    const lane = (this.lanes.get(chatId) ?? Promise.resolve()).then(task);
    this.lanes.set(chatId, lane);
    const leave = (): void => {
      if (this.lanes.get(chatId) === lane) this.lanes.delete(chatId);
    };
    void this.work.track(lane.then(leave));
  }

  private async attempt(notification: Notification, attempt: number): Promise<void> {
    if (this.breaker.isOpen) return this.record(notification, { attempt: 0, outcome: 'lost', status: null, willRetry: false });
    const result = await this.call('POST', notification.url, notification.body);
    const outcome = outcomeOf(result);
    const hasFailed = outcome.outcome !== 'delivered' && outcome.outcome !== 'aborted';
    const willRetry = hasFailed && attempt < this.settings.webhookRetry.attempts;
    if (hasFailed) this.breaker.failed();
    if (willRetry) {
      const { backoffMs, maxBackoffMs } = this.settings.webhookRetry;
      const delay = Math.min(backoffMs * 2 ** (attempt - 1), maxBackoffMs);
      this.work.after(delay, () => void this.work.track(this.attempt(notification, attempt + 1)));
    }
    this.record(notification, { attempt, ...outcome, willRetry });
  }

  private call(method: 'GET' | 'POST', url: string, body?: WebhookBody): Promise<HttpResult> {
    return this.caller.call({
      method,
      url,
      headers: { 'auth-bm-token': this.webhook.token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      timeoutMs: this.settings.webhookRetry.timeoutMs,
      signal: this.work.signal,
    });
  }

  private record(
    { id, kind, chatId, url, body }: Omit<Notification, 'chatId' | 'body'> & { readonly chatId: string | null; readonly body: WebhookBody | null },
    result: Pick<WebhookAttempt, 'attempt' | 'outcome' | 'status' | 'willRetry'>,
  ): void {
    this.observation.tell({ type: 'webhook', attempt: { notificationId: id, kind, chatId, url, body, at: this.settings.now(), ...result } });
  }
}

function outcomeOf(result: HttpResult): Pick<WebhookAttempt, 'outcome' | 'status'> {
  if (result.status === null) return { outcome: result.problem, status: null };
  return { outcome: result.status >= 200 && result.status < 300 ? 'delivered' : 'refused', status: result.status };
}

function applies(rule: WebhookRule, body: WebhookBody): boolean {
  return typeof rule === 'function' ? rule(body) : rule;
}
