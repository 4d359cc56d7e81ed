import { h, icon, setText } from './dom.js';
import { keyedList } from './keyed-list.js';
import { copyButton, runChip } from './run-chip.js';
import { endingOf } from './timeline-groups.js';
import { ago, preciseClock, showTime, span } from './times.js';

const ownerDrawings = { 'al flujo': 'flow', 'al agente': 'agent', 'a una persona': 'human' };

/** One group of the timeline: a run with its head, a change of owner, or entries outside any run. */
export function timelineGroup(store, group) {
  if (group.kind === 'owner') return ownerChange(group.entries[0]);
  return group.kind === 'run' ? run(store, group) : loose(group);
}

function ownerChange({ detail, reason, at }) {
  const drawing = Object.entries(ownerDrawings).find(([words]) => detail.endsWith(words))?.[1] ?? 'flow';
  const since = h('time');
  showTime(since, at, 'ago');
  const node = h('div', { class: 'owner-change', data: { owner: drawing } }, h('span', {}, icon(drawing), h('b', {}, `El chat pasa ${detail}`), reason ? ` · ${reason}` : '', ' · ', since));
  return { node, update: ({ followedRun }) => node.classList.toggle('is-dim', followedRun !== null) };
}

function run(store, { runId }) {
  const ending = h('span', { class: 'pill' });
  const since = h('time', { class: 'group-time' });
  const list = h('ol', { class: 'entries' });
  const node = h('section', { class: 'group is-run', 'aria-label': `Corrida ${runId}` }, h('header', { class: 'group-head' }, h('b', {}, 'Turno'), runChip(store, runId), copyButton(runId), ending, since), list);
  const show = entryList(list);
  const update = ({ entries, shown, followedRun }) => {
    const start = entries[0].at;
    if (since.dataset.at !== start) showTime(since, start, 'ago');
    const end = endingOf(entries);
    ending.className = `pill is-${end?.tone ?? 'busy'}`;
    setText(ending, end?.words ?? 'en curso');
    node.classList.toggle('is-followed', runId === followedRun);
    node.classList.toggle('is-dim', followedRun !== null && runId !== followedRun);
    show(shown.map((entry) => ({ entry, time: `+${span(Date.parse(entry.at) - Date.parse(start))}` })));
  };
  return { node, update };
}

function loose(group) {
  const list = h('ol', { class: 'entries' });
  const node = h('section', { class: 'group is-loose', 'aria-label': 'Fuera de un turno' }, list);
  const show = entryList(list);
  const update = ({ shown, followedRun }) => {
    node.classList.toggle('is-dim', followedRun !== null);
    show(shown.map((entry) => ({ entry, time: null })));
  };
  update({ ...group, followedRun: null });
  return { node, update };
}

const entryList = (list) => keyedList(list, ({ entry }) => entry.id, entryRow);

function entryRow({ entry }) {
  const { title, detail, reason, text, tone, type, at, isDetail } = entry;
  const facts = [detail, type.startsWith('turn.') ? null : reason].filter(Boolean).join(' · ');
  const time = h('time', { class: 'entry-time', title: preciseClock(at) });
  const node = h(
    'li',
    { class: isDetail ? 'entry is-detail' : 'entry', data: { tone }, title: type },
    h('span', { class: 'entry-words' }, h('span', { class: 'entry-title' }, title), facts ? h('span', { class: 'entry-facts' }, facts) : null, text && showsText(type) ? h('q', { class: 'entry-text' }, text) : null),
    time,
  );
  const update = ({ time: shown }) => {
    if (shown !== null) setText(time, shown);
    else if (!time.dataset.at) showTime(time, at, 'ago');
    else setText(time, ago(at));
  };
  return { node, update };
}

/** What was said is quoted where it comes in and where it is made, once each. */
const showsText = (type) => ['inbox.accepted', 'outbox.queued', 'message.unknown', 'message.failed', 'message.expired'].includes(type);
