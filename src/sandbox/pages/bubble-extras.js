import { h, icon } from './dom.js';

const mediaWords = { image: 'Imagen', audio: 'Audio', video: 'Video', file: 'Archivo' };

/** A medium by its name and where it lies: nothing is loaded from there until somebody clicks. */
export function mediaCard({ kind, name, url, host }) {
  return h(
    'a',
    { class: 'media-card', href: url, target: '_blank', rel: 'noopener noreferrer', referrerpolicy: 'no-referrer', data: { kind } },
    icon(kind === 'image' ? 'picture' : 'file'),
    h('span', { class: 'media-name' }, name || mediaWords[kind]),
    h('span', { class: 'media-host' }, `${mediaWords[kind]} en ${host}`),
  );
}

/** What can be tapped below a bubble: buttons, or a list that opens first, as on the phone. */
export function offer({ options, opener }, tap) {
  const choose = (option, ...shown) => h('button', { type: 'button', on: { click: () => tap(option) } }, ...shown);
  if (opener === null) return h('div', { class: 'options' }, options.map((option) => choose(option, option.label)));
  const rows = options.map((option) => choose(option, h('strong', {}, option.label), option.description ? h('span', {}, option.description) : null));
  const list = h('details', { class: 'options is-list' }, h('summary', {}, icon('list'), opener), h('div', { class: 'rows' }, rows));
  list.addEventListener('click', ({ target }) => {
    if (target.closest('button')) list.open = false;
  });
  return list;
}
