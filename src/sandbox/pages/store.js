/** Entries kept in the page; older ones are in the console. */
const keptEntries = 3000;

/** What the page knows. Listeners are called once per burst of changes. */
export function createStore() {
  let state = {
    isLive: false,
    account: null,
    /** By Botmaker's chat id. */
    chats: {},
    entries: [],
    customerKey: null,
    /** The run that is followed in all panes. */
    runId: null,
    hasFollowed: false,
    hasBroken: false,
    showsDetails: false,
  };
  const listeners = [];
  let isDue = false;
  const tell = () => {
    isDue = false;
    for (const listener of listeners) listener(state);
  };
  return {
    get state() {
      return state;
    },
    update(change) {
      state = { ...state, ...change };
      if (isDue) return;
      isDue = true;
      queueMicrotask(tell);
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

/** Adds entries in the order of their ids; one that is known already is left out. */
export function withEntries(known, added) {
  const byId = new Map([...known, ...added].map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => Number(a.id) - Number(b.id)).slice(-keptEntries);
}

export const customerOf = ({ account, customerKey }) => account?.customers.find(({ key }) => key === customerKey) ?? account?.customers[0] ?? null;

export function chatOf(state) {
  const chatId = customerOf(state)?.chatId;
  return (chatId && state.chats[chatId]) || null;
}

/** Follows a run in all panes, or stops when it is followed already. */
export function toggleRun(store, runId) {
  const isSame = store.state.runId === runId;
  store.update({ runId: isSame ? null : runId, hasFollowed: store.state.hasFollowed || !isSame });
}
