import { byId } from './dom.js';
import { keyedList } from './keyed-list.js';
import { entriesOf, runOfEvents } from './runs.js';
import { onFollow, stickToEnd } from './stick-to-end.js';
import { chatOf } from './store.js';
import { timelineGroup } from './timeline-group.js';
import { groupEntries } from './timeline-groups.js';

/** The correlation log of the chat, as it is written. */
export function timelinePane(store) {
  const newer = byId('to-newest');
  const scroll = stickToEnd(byId('timeline'), (isAway) => {
    newer.hidden = !isAway;
  });
  newer.addEventListener('click', () => scroll.toEnd());
  const essential = byId('show-essential');
  const all = byId('show-all');
  essential.addEventListener('click', () => store.update({ showsDetails: false }));
  all.addEventListener('click', () => store.update({ showsDetails: true }));
  const show = keyedList(byId('groups'), ({ key }) => key, (group) => timelineGroup(store, group));
  const showFollowed = onFollow(() => document.querySelector('.group.is-followed'));
  return (state) => {
    const chat = chatOf(state);
    const entries = entriesOf(state.entries, chat);
    essential.setAttribute('aria-pressed', String(!state.showsDetails));
    all.setAttribute('aria-pressed', String(state.showsDetails));
    byId('timeline-empty').hidden = entries.length > 0;
    consoleLink(chat?.ours?.id ?? null);
    const groups = groupEntries(entries, runOfEvents(chat)).map((group) => ({ ...group, shown: state.showsDetails ? group.entries : group.entries.filter(({ isDetail }) => !isDetail), followedRun: state.runId }));
    show(groups.filter(({ kind, shown }) => kind === 'run' || shown.length > 0));
    scroll.settle(`${chat?.chatId} ${entries.length}`);
    showFollowed(state.runId);
  };
}

function consoleLink(id) {
  const link = byId('console-link');
  link.hidden = id === null;
  if (id !== null) link.href = `/console/conversations/${encodeURIComponent(id)}`;
}
