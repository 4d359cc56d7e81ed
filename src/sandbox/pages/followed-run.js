import { byId, h, icon } from './dom.js';
import { copyButton } from './run-chip.js';
import { chatOf } from './store.js';
import { runsOf } from './runs.js';
import { endingOf, stationsOf } from './timeline-groups.js';
import { span } from './times.js';

/** The run that is followed, in short: from the webhook to the read receipt. */
export function followedRun(store) {
  const card = byId('followed');
  const stop = () => store.update({ runId: null });
  let shown = null;
  return (state) => {
    const { runId } = state;
    card.hidden = runId === null;
    const entries = runId === null ? [] : (runsOf(state.entries, chatOf(state)).get(runId) ?? []);
    const signature = `${runId} ${entries.length}`;
    if (signature === shown) return;
    shown = signature;
    if (runId !== null) card.replaceChildren(...draw(runId, entries, stop));
  };
}

function draw(runId, entries, stop) {
  const ending = endingOf(entries);
  return [
    h('header', { class: 'card-head' }, h('h2', {}, 'Corrida seguida'), ending ? h('span', { class: `pill is-${ending.tone}` }, ending.words) : null, h('button', { class: 'icon-button', type: 'button', 'aria-label': 'Dejar de seguir', on: { click: stop } }, icon('close'))),
    h('p', { class: 'run-id' }, h('code', {}, runId), copyButton(runId)),
    h('ol', { class: 'stations' }, stationsOf(entries).map(({ words, afterMs }) => h('li', { class: afterMs === null ? null : 'is-reached' }, h('span', {}, words), h('b', {}, afterMs === null ? '–' : afterMs === 0 ? '0' : `+${span(afterMs)}`)))),
    h('p', { class: 'hint' }, 'El mismo id viaja a Botmaker en ', h('code', {}, 'webhookPayload'), ' y vuelve con cada aviso. ', h('a', { href: `/console/turns/${encodeURIComponent(runId)}`, target: '_blank', rel: 'noopener' }, 'Toda la historia')),
  ];
}
