import { byId, h } from './dom.js';

const shownMs = 4000;

/** A short word at the foot of the page. */
export function toast(text) {
  const note = h('p', { class: 'toast' }, text);
  byId('toasts').append(note);
  setTimeout(() => note.remove(), shownMs);
}
