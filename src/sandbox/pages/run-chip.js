import { h, icon } from './dom.js';
import { toggleRun } from './store.js';
import { toast } from './toast.js';

/** Ids begin with the time, so two of the same minute differ at their end. */
export const shortRun = (runId) => `…${runId.slice(-8)}`;

/** The run a thing belongs to; a click follows it in all panes. */
export function runChip(store, runId) {
  return h('button', { class: 'run-chip', type: 'button', title: `Seguir la corrida ${runId}`, data: { run: runId }, on: { click: () => toggleRun(store, runId) } }, h('span', { class: 'visually-hidden' }, 'Corrida '), shortRun(runId));
}

export function copyButton(runId) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(runId);
      toast('runId copiado.');
    } catch {
      toast(`runId: ${runId}`);
    }
  };
  return h('button', { class: 'icon-button', type: 'button', title: 'Copiar el runId', 'aria-label': `Copiar el runId ${runId}`, on: { click: copy } }, icon('copy'));
}
