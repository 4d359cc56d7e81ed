import type { Channel } from './channel.js';
import type { Piece } from './rich-text.js';

type Room = Pick<Channel, 'fits' | 'holds'>;

/** Where a text may be cut, the best places first: between paragraphs, lines, sentences, words. */
const joints = [/\n{2,}/g, /\n/g, /(?<=[.!?…])\s+/g, /\s+/g] as const;
const address = /https?:\/\/\S+/i;
const graphemes = new Intl.Segmenter('es', { granularity: 'grapheme' });

/**
 * Cuts a text into as few messages as fit: at the best place there is, else between what a reader takes for characters, never
 * within an address. An address that is longer than the channel takes is left out: half of one leads nowhere.
 */
export function split(text: string, room: Room): Piece[] {
  return pack(text, { from: 0, to: text.length }, 0, room);
}

function pack(text: string, all: Piece, level: number, room: Room): Piece[] {
  const piece = trimmed(text, all);
  if (piece.from === piece.to) return [];
  if (room.fits(text.slice(piece.from, piece.to))) return [piece];
  const joint = joints[level];
  if (!joint) return cutWord(text, piece, room);
  const packed: Piece[] = [];
  for (const part of between(text, piece, joint).map((whole) => trimmed(text, whole))) {
    const last = packed.at(-1);
    if (part.from === part.to) continue;
    if (last && room.fits(text.slice(last.from, part.to))) last.to = part.to;
    else packed.push(...pack(text, part, level + 1, room));
  }
  return packed;
}

function trimmed(text: string, { from, to }: Piece): Piece {
  const words = text.slice(from, to).trimEnd();
  const start = from + words.length - words.trimStart().length;
  return { from: start, to: from + words.length };
}

function between(text: string, { from, to }: Piece, joint: RegExp): Piece[] {
  const parts: Piece[] = [];
  let start = from;
  for (const { 0: gap, index } of text.slice(from, to).matchAll(joint)) {
    parts.push({ from: start, to: from + index });
    start = from + index + gap.length;
  }
  return [...parts, { from: start, to }];
}

/** What holds no blank. */
function cutWord(text: string, { from, to }: Piece, room: Room): Piece[] {
  const word = text.slice(from, to);
  const start = address.exec(word)?.index ?? word.length;
  const whole: Piece[] = start < word.length && room.holds(word.slice(start)) ? [{ from: from + start, to }] : [];
  return [...gathered(characters(word.slice(0, start), room), from, room), ...whole];
}

/** An emoji of a family is one; a letter under a thousand accents is taken apart. */
function characters(word: string, room: Room): string[] {
  return [...graphemes.segment(word)].flatMap(({ segment }) => (room.fits(segment) ? [segment] : [...segment]));
}

function gathered(parts: readonly string[], at: number, room: Room): Piece[] {
  const pieces: Piece[] = [];
  let [start, words] = [at, ''];
  for (const part of parts) {
    if (words !== '' && !room.fits(words + part)) {
      pieces.push({ from: start, to: start + words.length });
      [start, words] = [start + words.length, ''];
    }
    words += part;
  }
  return words === '' ? pieces : [...pieces, { from: start, to: start + words.length }];
}
