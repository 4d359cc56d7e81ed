import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/index.js';
import type { ChatAddress } from '../formats/index.js';
import { AuthorizedApi } from './authorized-api.client.js';
import { chatQuery, typingTarget } from './chat-reference.js';
import type { OperationName, Query } from './operations.js';

/** How long a listing waits for a slot in its rate bucket. */
const listingWaitMs = 30_000;

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

/** What we ask of Botmaker without saying anything to the customer: listings, and the courtesy of "typing". */
@Injectable()
export class BotmakerClient {
  constructor(private readonly api: AuthorizedApi) {}

  /** Shows "typing…". The schema's field is `typing`; the prose's `isTyping` is a slip [O]. A hint only: never waits long. */
  async showTyping(chat: ChatAddress): Promise<void> {
    const target = typingTarget(chat);
    if (target) await this.api.call('send-read-typing-feedback', { body: { ...target, typing: true }, maxWaitMs: 500 });
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

  /** One chat's messages since `from`. Raises the account's BI cost: only for a chat that is known to differ, or is in doubt [O]. */
  async *messagesOf(chat: ChatAddress, from: Date, maxWaitMs = listingWaitMs): AsyncGenerator<RemoteMessage> {
    for await (const item of this.pages('list-messages', { ...chatQuery(chat), from: from.toISOString(), limit: 250 }, maxWaitMs)) {
      const id = textOf(item['id']);
      const createdAt = dateOf(item['creationTime']);
      if (!id || !createdAt) continue;
      const content = (item['content'] ?? {}) as Record<string, unknown>;
      yield { id, createdAt, from: item['from'] as RemoteMessage['from'], text: textOf(content['text']), raw: item };
    }
  }

  /**
   * Follows `nextPage` until there is none [O]; its query is repeated against our own base, never against a foreign host. An
   * answer that is no list is not an empty one.
   */
  private async *pages(name: OperationName, query: object, maxWaitMs = listingWaitMs): AsyncGenerator<Record<string, unknown>> {
    let next: object | null = query;
    while (next) {
      const answer = await this.api.call(name, { query: next, maxWaitMs });
      const page = (answer.body ?? {}) as { items?: unknown; nextPage?: unknown };
      if (!Array.isArray(page.items)) throw new AppError('upstream-unavailable', 'botmaker.no-answer', `${name} was answered with something that is no list`);
      yield* page.items as Record<string, unknown>[];
      next = typeof page.nextPage === 'string' && URL.canParse(page.nextPage) ? Object.fromEntries(new URL(page.nextPage).searchParams) : null;
    }
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function dateOf(value: unknown): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}
