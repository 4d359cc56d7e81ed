import type { Account } from '../account.js';
import type { Chat } from '../chats/chat.js';
import type { ChatMessage } from '../chats/chat-message.js';
import type { Session } from '../chats/session.js';
import { messageDays, rangeOf } from '../contract/range-rules.js';
import { ok, type Answer, type ApiRequest, type Handlers } from './answer.js';
import { chatView } from './chat-view.js';
import { messageView, sessionMessageView } from './message-view.js';
import { pageOf } from './paging.js';

/** "Max 1000 per answer", although `limit` goes to 1500 [O]. */
const MAX_MESSAGES = 1000;
const SESSIONS_PER_PAGE = 500;
const SEQUENCE_DIGITS = 12;

/** What happened before: GET /messages and GET /sessions. */
export function historyOperations(account: Account): Pick<Handlers, 'list-messages' | 'list-sessions'> {
  return {
    'list-messages': (request) => listMessages(account, request),
    'list-sessions': (request) => listSessions(account, request),
  };
}

interface Line {
  readonly chat: Chat;
  readonly message: ChatMessage;
}

function listMessages(account: Account, request: ApiRequest): Answer {
  const { query } = request;
  const at = account.now();
  const range = rangeOf(query, at, messageDays(query));
  const lines = chatsOf(account, query)
    .filter((chat) => query['chat-platform'] === undefined || query['chat-platform'] === chat.channel.platform)
    .flatMap((chat) => chat.messages.map((message): Line => ({ chat, message })))
    .filter(({ message }) => range.includes(message.at) && message.listedAt <= at);
  lines.sort((a, b) => a.message.at.getTime() - b.message.at.getTime() || a.message.sequence - b.message.sequence);
  const size = Math.min(typeof query['limit'] === 'number' ? query['limit'] : MAX_MESSAGES, MAX_MESSAGES);
  const page = pageOf(lines, request, { size, keyOf });
  return ok({ items: page.items.map(({ chat, message }) => messageView(chat, message)), nextPage: page.nextPage });
}

function chatsOf(account: Account, query: ApiRequest['query']): Chat[] {
  const { chats } = account;
  if (query['chat-id'] !== undefined) return found(chats.byChatId(String(query['chat-id'])));
  if (query['contact-id'] !== undefined) return found(chats.find(String(query['channel-id']), String(query['contact-id'])));
  return chats.all();
}

function found(chat: Chat | undefined): Chat[] {
  return chat ? [chat] : [];
}

function keyOf({ message }: Line): string {
  return `${message.at.toISOString()} ${String(message.sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

function listSessions(account: Account, request: ApiRequest): Answer {
  const { query } = request;
  const at = account.now();
  const range = rangeOf(query, at, 1);
  const sessions = account.chats
    .all()
    .flatMap((chat) => chat.sessions.map((session) => ({ chat, session })))
    .filter(({ session }) => range.includes(session.createdAt))
    .filter(({ chat, session }) => query['include-open-sessions'] === true || !chat.isSessionOpen(session, at));
  const sessionKey = ({ session }: { session: Session }): string => `${session.createdAt.toISOString()} ${session.id}`;
  sessions.sort((a, b) => (sessionKey(a) < sessionKey(b) ? -1 : 1));
  const page = pageOf(sessions, request, { size: SESSIONS_PER_PAGE, keyOf: sessionKey });
  return ok({ items: page.items.map(({ chat, session }) => sessionView(chat, session, query, at)), nextPage: page.nextPage });
}

function sessionView(chat: Chat, session: Session, query: ApiRequest['query'], at: Date): Record<string, unknown> {
  const time = (date: Date): string => (query['timestamp-precision'] === 'milliseconds' ? date.toISOString() : date.toISOString().replace(/\.\d+Z/, 'Z'));
  const { variables, ...withoutVariables } = chatView(chat, at);
  const messages = chat.messages.filter((message) => message.session === session && message.listedAt <= at);
  return {
    id: session.id,
    creationTime: time(session.createdAt),
    startingCause: session.startingCause,
    chat: query['include-variables'] === true ? { ...withoutVariables, variables } : withoutVariables,
    ...(query['include-messages'] === true ? { messages: messages.map(sessionMessageView) } : {}),
    ...(query['include-events'] === true
      ? { events: session.events.map(({ name, at: when, info }) => ({ name, creationTime: time(when), sessionId: session.id, info })) }
      : {}),
  };
}
