import { h } from './dom.js';

const mark = /(\*[^*\n]+\*|_[^_\n]+_|~[^~\n]+~|https?:\/\/[^\s<>"]+)/u;
const tags = { '*': 'strong', _: 'em', '~': 's' };

/** WhatsApp's own marks: *bold*, _italic_ and ~struck~ become elements. Addresses are shown, not linked. */
export function marked(text) {
  return text.split(mark).filter(Boolean).map((part) => {
    const tag = part.length > 2 && part.at(-1) === part[0] ? tags[part[0]] : undefined;
    return tag ? h(tag, {}, part.slice(1, -1)) : part;
  });
}
