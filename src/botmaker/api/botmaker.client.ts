import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/index.js';
import { Credentials } from '../credentials/credentials.service.js';
import type { ChatAddress } from '../formats/index.js';
import { chatReference, typingTarget } from './chat-reference.js';
import type { OperationName, Query, RequestBody } from './operations.js';
import { BotmakerTransport, type ApiAnswer, type ApiRequest } from './transport.client.js';

export type OutgoingMessage = NonNullable<RequestBody<'send-messages'>['messages']>[number];

/** Botmaker took a request into its queue. `notificationId` is null when the answer named none. */
export interface Accepted {
  httpStatus: number;
  notificationId: string | null;
}

export interface IntentCall {
  intentIdOrName: string;
  variables: Record<string, string>;
  webhookPayload: string;
}

export interface RemoteChat {
  address: ChatAddress;
  lastUserMessageAt: Date | null;
  /** As they are now; null when the listing names none. */
  variables: Record<string, unknown> | null;
}

/** A message as `GET /messages` lists it. Note `agent` here where the webhook says `operator` [O]. */
export interface RemoteMessage {
  id: string;
  createdAt: Date;
  from: 'user' | 'bot' | 'agent';
  text: string | null;
  raw: Record<string, unknown>;
}

/** Botmaker's API v2.0: the operations we use, typed by the contract. Only the outbox may send with it. */
@Injectable()
export class BotmakerClient {
  constructor(
    private readonly transport: BotmakerTransport,
    private readonly credentials: Credentials,
  ) {}

  /**
   * Sends messages in order, in one call. 202 means queued: delivery is told later by echo and status.
   * `lastLook` is called right before the request is written and may throw.
   */
  async sendMessages(chat: ChatAddress, messages: OutgoingMessage[], lastLook: () => void): Promise<Accepted> {
    const body: RequestBody<'send-messages'> = { chat: chatReference(chat), messages };
    return accepted(await this.call('send-messages', { body, lastLook }));
  }

  /** Runs an intent of the flow or a WhatsApp template in the chat; `variables` are set before it runs. */
  async triggerIntent(chat: ChatAddress, intent: IntentCall, lastLook: () => void): Promise<Accepted> {
    const body: RequestBody<'trigger-intent'> = { chat: chatReference(chat), ...intent };
    return accepted(await this.call('trigger-intent', { body, lastLook }));
  }

  /** Shows "typing…". The schema's field is `typing`; the prose's `isTyping` is a slip [O]. A hint only: never waits long. */
  async showTyping(chat: ChatAddress): Promise<void> {
    const target = typingTarget(chat);
    if (target) await this.call('send-read-typing-feedback', { body: { ...target, typing: true }, maxWaitMs: 500 });
  }

  /** Chats with activity since `from`; cheap as long as the range is below 7 days [O]. */
  async *chatsSince(from: Date): AsyncGenerator<RemoteChat> {
    const query: Query<'list-search-chats'> = { from: from.toISOString() };
    for await (const item of this.pages('list-search-chats', query)) {
      const chat = (item['chat'] ?? {}) as Record<string, unknown>;
      yield {
        address: { platform: null, chatId: textOf(chat['chatId']), channelId: textOf(chat['channelId']), contactId: textOf(chat['contactId']) },
        lastUserMessageAt: dateOf(item['lastUserMessageDatetime']),
        variables: (item['variables'] ?? null) as RemoteChat['variables'],
      };
    }
  }

  /** One chat's messages since `from`. Raises the account's BI cost: only for a chat that is known to differ [O]. */
  async *messagesOf(chatId: string, from: Date): AsyncGenerator<RemoteMessage> {
    for await (const item of this.pages('list-messages', { 'chat-id': chatId, from: from.toISOString(), limit: 250 })) {
      const id = textOf(item['id']);
      const createdAt = dateOf(item['creationTime']);
      if (!id || !createdAt) continue;
      const content = (item['content'] ?? {}) as Record<string, unknown>;
      yield { id, createdAt, from: item['from'] as RemoteMessage['from'], text: textOf(content['text']), raw: item };
    }
  }

  /** Follows `nextPage` until there is none [O]; its query is repeated against our own base, never against a foreign host. */
  private async *pages(name: OperationName, query: object): AsyncGenerator<Record<string, unknown>> {
    let next: object | null = query;
    while (next) {
      const answer = await this.call(name, { query: next, maxWaitMs: 30_000 });
      const page = (answer.body ?? {}) as { items?: unknown; nextPage?: unknown };
      if (Array.isArray(page.items)) yield* page.items as Record<string, unknown>[];
      next = typeof page.nextPage === 'string' && URL.canParse(page.nextPage) ? Object.fromEntries(new URL(page.nextPage).searchParams) : null;
    }
  }

  /** A refused token causes one refresh and one more try: 401 means that nothing was done. */
  private async call(name: OperationName, request: ApiRequest): Promise<ApiAnswer> {
    const pair = await unsent(this.credentials.current());
    try {
      return await this.transport.call(name, pair.accessToken, request);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'unauthenticated') throw error;
      const renewed = await unsent(this.credentials.replaceRefused(pair.version));
      if (!renewed) throw error;
      return this.transport.call(name, renewed.accessToken, request);
    }
  }
}

/** Whatever goes wrong before the request is written: nothing was sent, and the caller may rely on that. */
async function unsent<T>(look: Promise<T>): Promise<T> {
  try {
    return await look;
  } catch (thrown) {
    throw new AppError('upstream-unavailable', 'botmaker.no-token', 'there is no API token to call with: nothing was sent', { cause: thrown });
  }
}

/** Live answers were seen with `requestId` instead of `webhookNotificationId` [1]. */
function accepted(answer: ApiAnswer): Accepted {
  const body = (answer.body ?? {}) as Record<string, unknown>;
  return { httpStatus: answer.status, notificationId: textOf(body['webhookNotificationId']) ?? textOf(body['requestId']) ?? textOf(body['id']) };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function dateOf(value: unknown): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}
