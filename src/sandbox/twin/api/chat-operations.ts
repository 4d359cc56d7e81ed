import type { Account } from '../account.js';
import { findChannel } from '../chats/channel.js';
import type { Chat } from '../chats/chat.js';
import { rangeOf } from '../contract/range-rules.js';
import type { ChatUpdateBody } from '../contract/request-bodies.js';
import { badRequest, DONE, NOT_FOUND, ok, type Answer, type ApiRequest, type Handlers } from './answer.js';
import { chatViewWithLink } from './chat-view.js';
import { pageOf } from './paging.js';

const PAGE_SIZE = 250;
/** GET /chats/{ref} finds only chats active in the last two months [O]. */
const REACH_MS = 61 * 24 * 3600 * 1000;

type ChatOperation = 'get-chat' | 'update-chat' | 'get-chat-variables' | 'list-search-chats';

export function chatOperations(account: Account): Pick<Handlers, ChatOperation> {
  return {
    'get-chat': ({ params, baseUrl }) => {
      const chat = account.chats.byReference(params['chatReference'] ?? '');
      const isReachable = chat && account.now().getTime() - chat.lastActivityAt.getTime() < REACH_MS;
      return isReachable ? ok(chatViewWithLink(chat, account.now(), baseUrl)) : NOT_FOUND;
    },
    'update-chat': ({ params, body }) => {
      const chat = account.chats.byReference(params['chatReference'] ?? '');
      return chat ? update(account, chat, body as ChatUpdateBody) : NOT_FOUND;
    },
    'get-chat-variables': ({ query }) => variables(account, query),
    'list-search-chats': (request) => search(account, request),
  };
}

function update(account: Account, chat: Chat, body: ChatUpdateBody): Answer {
  const { variables: values, tags, isTester, ...names } = body;
  Object.assign(chat.profile, names);
  if (Object.keys(names).length > 0) account.changed(chat, 'profile');
  if (isTester !== undefined) chat.isTester = isTester;
  if (tags) {
    chat.setTags(tags);
    account.changed(chat, 'tags');
  }
  if (values) account.setVariables(chat, values);
  return DONE;
}

function variables(account: Account, query: ApiRequest['query']): Answer {
  const chat = account.chats.byChatId(String(query['chat-id']));
  if (!chat) return NOT_FOUND;
  const range = rangeOf(query, account.now(), 1);
  const assignments = [...chat.assignments.values()].filter(({ at }) => range.includes(at));
  return ok({
    items: assignments.map(({ name, value, at }) => ({ id: `${chat.chatId}_${name}`, name, type: 'string', value, date: at.toISOString() })),
  });
}

function search(account: Account, request: ApiRequest): Answer {
  const { query, baseUrl } = request;
  const channelId = query['channel-id'];
  if (typeof channelId === 'string' && !findChannel(account.settings.channels, channelId)) return badRequest('channel-id', 'Invalid channel id');
  const chats = account.chats.all().filter((chat) => isWanted(account, chat, query));
  // Most recent activity first; the id settles ties, so that the order is total.
  chats.sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1));
  const page = pageOf(chats, request, { size: PAGE_SIZE, keyOf, isDescending: true });
  return ok({ items: page.items.map((chat) => chatViewWithLink(chat, account.now(), baseUrl)), nextPage: page.nextPage });
}

function isWanted(account: Account, chat: Chat, query: ApiRequest['query']): boolean {
  const channelId = query['channel-id'];
  if (typeof channelId === 'string' && findChannel(account.settings.channels, channelId) !== chat.channel) return false;
  if (query['only-users-never-talked'] === true && chat.sessions.length > 0) return false;
  const isSearch = query['contact-id'] ?? query['name'] ?? query['emails'];
  // A search by person ignores the dates unless they are given.
  const isDated = isSearch === undefined || query['from'] !== undefined || query['to'] !== undefined;
  if (isDated && !rangeOf(query, account.now(), 1).includes(chat.lastActivityAt)) return false;
  if (query['contact-id'] !== undefined && query['contact-id'] !== chat.contactId) return false;
  if (typeof query['name'] === 'string' && !hasName(chat, query['name'])) return false;
  return typeof query['emails'] !== 'string' || query['emails'].split(',').includes(chat.profile.email ?? '');
}

function hasName(chat: Chat, name: string): boolean {
  const full = `${chat.profile.firstName} ${chat.profile.lastName}`.toLowerCase();
  return name.toLowerCase().split(/[ -]/).every((part) => full.includes(part));
}

function keyOf(chat: Chat): string {
  return `${chat.lastActivityAt.toISOString()} ${chat.chatId}`;
}
