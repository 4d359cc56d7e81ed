import { Injectable } from '@nestjs/common';
import { AppError, Metrics } from '../../platform/index.js';
import type { ChatAddress } from '../formats/index.js';
import { AuthorizedApi } from './authorized-api.client.js';
import { chatPath, chatQuery, typingTarget } from './chat-reference.js';
import type { OperationName, Query } from './operations.js';

/** How long a listing waits for a slot in its rate bucket. */
const listingWaitMs = 30_000;

export interface RemoteChat {
  address: ChatAddress;
  lastUserMessageAt: Date | null;
  /** As they are now; null when the listing names none. */
  variables: Record<string, unknown> | null;
  /** The operator who has the chat. */
  agentId: string | null;
}

/** One chat as it is now. What Botmaker leaves out is null: it says neither yes nor no. */
export interface ChatState {
  /** The operator who has the chat. */
  agentId: string | null;
  /** The queue it was last put into; some accounts name a default one for every chat. */
  queueId: string | null;
  isBotMuted: boolean | null;
  variables: Record<string, unknown>;
  windowClosesAt: Date | null;
}

/** A message as `GET /messages` lists it. Note `agent` here where the webhook says `operator` [O]. */
export interface RemoteMessage {
  id: string;
  createdAt: Date;
  from: 'user' | 'bot' | 'agent';
  agentId: string | null;
  text: string | null;
  mediaUrl: string | null;
  /** It asks something: buttons or a list. */
  hasOptions: boolean;
  raw: Record<string, unknown>;
}

/** Told of each item that lacks what the contract promises: a listing that can't be read must not look like one without news. */
export type OnUnreadable = () => void;

/** What we ask of Botmaker without saying anything to the customer: listings, and the courtesies of "read" and "typing". */
@Injectable()
export class BotmakerClient {
  constructor(
    private readonly api: AuthorizedApi,
    private readonly metrics: Metrics,
  ) {}

  /** Shows "typing…". The schema's field is `typing`; the prose's `isTyping` is a slip [O]. A hint only: never waits long. */
  async showTyping(chat: ChatAddress): Promise<void> {
    await this.giveFeedback(chat, true);
  }

  /** Marks what the customer has written as read, where a platform shows that: it does not end "typing…" [O]. */
  async markRead(chat: ChatAddress): Promise<void> {
    await this.giveFeedback(chat, false);
  }

  /**
   * One chat as it is now, at 3 calls a second for the whole account [O]. Null: Botmaker does not know it, or it was last active
   * two months ago.
   */
  async chat(chat: ChatAddress, patience: { maxWaitMs: number; timeoutMs: number }): Promise<ChatState | null> {
    try {
      const { body } = await this.api.call('get-chat', { path: { chatReference: chatPath(chat) }, ...patience });
      if (!isRecord(body) || !isRecord(body['chat'])) throw this.unreadable('get-chat');
      return stateOf(body);
    } catch (error) {
      if (error instanceof AppError && error.kind === 'not-found') return null;
      throw error;
    }
  }

  /** Chats with activity since `from`; cheap as long as the range is below 7 days [O]. */
  async *chatsSince(from: Date, onUnreadable?: OnUnreadable): AsyncGenerator<RemoteChat[]> {
    const query: Query<'list-search-chats'> = { from: from.toISOString() };
    for await (const items of this.pages('list-search-chats', query, onUnreadable)) yield this.read('list-search-chats', items, chatOf, onUnreadable);
  }

  /** One chat's messages since `from`. Raises the account's BI cost: only for a chat that is known to differ, or is in doubt [O]. */
  async *messagesOf(chat: ChatAddress, from: Date, { onUnreadable, maxWaitMs }: { onUnreadable?: OnUnreadable; maxWaitMs?: number } = {}): AsyncGenerator<RemoteMessage> {
    const query = { ...chatQuery(chat), from: from.toISOString(), limit: 250 };
    for await (const items of this.pages('list-messages', query, onUnreadable, maxWaitMs)) yield* this.read('list-messages', items, messageOf, onUnreadable);
  }

  private async giveFeedback(chat: ChatAddress, typing: boolean): Promise<void> {
    const target = typingTarget(chat);
    if (target) await this.api.call('send-read-typing-feedback', { body: { ...target, typing }, maxWaitMs: 500 });
  }

  private read<T>(name: OperationName, items: unknown[], reader: (item: Record<string, unknown>) => T | null, onUnreadable?: OnUnreadable): T[] {
    return items.flatMap((item) => {
      const read = typeof item === 'object' && item !== null ? reader(item as Record<string, unknown>) : null;
      if (read === null) this.miss(name, onUnreadable);
      return read === null ? [] : [read];
    });
  }

  /** Who does not say what to do about something unreadable must not take it for nothing. */
  private miss(name: OperationName, onUnreadable?: OnUnreadable): void {
    const error = this.unreadable(name);
    if (!onUnreadable) throw error;
    onUnreadable();
  }

  private unreadable(name: OperationName): AppError {
    this.metrics.unreadableItems.inc({ operation: name });
    return new AppError('upstream-unavailable', 'botmaker.no-answer', `${name} was answered with something that can't be read`);
  }

  /** Follows `nextPage` until there is none [O]; its query is repeated against our own base, never against a foreign host. */
  private async *pages(name: OperationName, query: object, onUnreadable?: OnUnreadable, maxWaitMs = listingWaitMs): AsyncGenerator<unknown[]> {
    let next: object | null = query;
    while (next) {
      const answer = await this.api.call(name, { query: next, maxWaitMs });
      const page = (answer.body ?? {}) as { items?: unknown; nextPage?: unknown };
      if (Array.isArray(page.items)) yield page.items;
      else this.miss(name, onUnreadable);
      next = typeof page.nextPage === 'string' && URL.canParse(page.nextPage) ? Object.fromEntries(new URL(page.nextPage).searchParams) : null;
    }
  }
}

/** Null without Botmaker's id, or with a time that is none: such a chat can't be looked after. */
function chatOf(item: Record<string, unknown>): RemoteChat | null {
  const chat = (item['chat'] ?? {}) as Record<string, unknown>;
  const [chatId, lastUserMessageAt] = [textOf(chat['chatId']), dateOf(item['lastUserMessageDatetime'])];
  if (chatId === null || (lastUserMessageAt === null && textOf(item['lastUserMessageDatetime']) !== null)) return null;
  return {
    address: { platform: null, chatId, channelId: textOf(chat['channelId']), contactId: textOf(chat['contactId']) },
    lastUserMessageAt,
    variables: (item['variables'] ?? null) as RemoteChat['variables'],
    agentId: textOf(item['agentId']),
  };
}

function stateOf(item: Record<string, unknown>): ChatState {
  const { isBotMuted, variables } = item;
  return {
    agentId: textOf(item['agentId']),
    queueId: textOf(item['queueId']),
    isBotMuted: typeof isBotMuted === 'boolean' ? isBotMuted : null,
    variables: isRecord(variables) ? variables : {},
    windowClosesAt: dateOf(item['whatsAppWindowCloseDatetime']),
  };
}

function messageOf(item: Record<string, unknown>): RemoteMessage | null {
  const [id, createdAt, from] = [textOf(item['id']), dateOf(item['creationTime']), item['from']];
  if (id === null || createdAt === null || (from !== 'user' && from !== 'bot' && from !== 'agent')) return null;
  const content = (item['content'] ?? {}) as Record<string, unknown>;
  const media = (content['media'] ?? {}) as Record<string, unknown>;
  const hasOptions = content['type'] === 'buttons' || (Array.isArray(content['buttons']) && content['buttons'].length > 0);
  return { id, createdAt, from, agentId: textOf(item['agentId']), text: textOf(content['text']), mediaUrl: textOf(media['url']), hasOptions, raw: item };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function dateOf(value: unknown): Date | null {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}
