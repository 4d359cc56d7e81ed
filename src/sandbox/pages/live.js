import { withEntries } from './store.js';

/** Keeps the store in step with the server. The browser connects again by itself, and is then told the whole state anew. */
export function followServer(store) {
  const source = new EventSource('/sandbox/api/events');
  const on = (type, apply) => source.addEventListener(type, ({ data }) => store.update(apply(JSON.parse(data), store.state)));
  on('state', ({ account, chats, entries }) => ({ isLive: true, account, chats: byChatId(chats), entries: withEntries([], entries) }));
  on('account', (account, { hasBroken }) => ({ account, hasBroken: hasBroken || isBroken(account) }));
  on('chats', (chats, state) => ({ chats: { ...state.chats, ...byChatId(chats) } }));
  on('entries', (entries, state) => ({ entries: withEntries(state.entries, entries) }));
  source.addEventListener('error', () => store.update({ isLive: false }));
}

const byChatId = (chats) => Object.fromEntries(chats.map((chat) => [chat.chatId, chat]));
const isBroken = ({ armed, switches }) => armed.length > 0 || Object.values(switches).some(Boolean);
