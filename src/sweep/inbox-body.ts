import { LISTED_CHAT, type ChatAddress, type RemoteMessage } from '../botmaker/index.js';

interface ListedContent {
  text?: unknown;
  type?: unknown;
  selectedButton?: unknown;
  media?: { url?: unknown; caption?: unknown };
  location?: unknown;
}

/** What a listing of chats told and no webhook did: variables that changed, or the operator who has the chat. */
export interface ChatNews {
  variables?: Record<string, string>;
  agentId?: string;
}

/** `GET /messages` says `agent` where the webhook says `operator` [O]. */
const authors = { user: 'user', bot: 'bot', agent: 'operator' } as const;

/**
 * Listed messages in the shape in which the webhook would have told of them, so that one reader understands both and the
 * events get the same keys. The names differ between the two: `creationTime` and `date`, `content.media.url` and `image` [O].
 */
export function bodyOfMessages(address: ChatAddress, messages: readonly RemoteMessage[]): Buffer {
  return bodyOf({ v: '1.1', type: 'message', ...names(address), messages: messages.map(messageOf) });
}

export function bodyOfNews(address: ChatAddress, news: ChatNews): Buffer {
  return bodyOf({ type: LISTED_CHAT, ...names(address), ...news });
}

const bodyOf = (fields: object): Buffer => Buffer.from(JSON.stringify(fields));

function names({ channelId, contactId, chatId }: ChatAddress): Record<string, unknown> {
  return { chatChannelId: channelId ?? undefined, contactId: contactId ?? undefined, customerId: chatId ?? undefined };
}

function messageOf({ id, createdAt, from, agentId, raw }: RemoteMessage): Record<string, unknown> {
  const content = (raw['content'] ?? {}) as ListedContent;
  const base = {
    _id_: id, date: createdAt.toISOString(), from: authors[from], operatorId: agentId ?? undefined,
    message: content.text ?? content.selectedButton, caption: content.media?.caption, location: content.location,
  };
  const mediaFields = ['image', 'audio', 'video', 'file'] as const;
  const field = mediaFields.find((name) => name === content.type);
  return field && content.media?.url ? { ...base, [field]: content.media.url } : base;
}
