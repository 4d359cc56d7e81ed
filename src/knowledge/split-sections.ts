import { Marked, type Token, type Tokens } from 'marked';
import { plainText } from './plain-text.js';
import type { Section } from './passage.js';

/** Short enough to be quoted in one message with a sentence around it, long enough to keep a list together. */
export const sectionLength = 1200;

/** Splits Markdown at its headings, and what is then still too long at paragraphs, sentences, words, in this order. */
export function splitSections(markdown: string, title: string): Section[] {
  const path: string[] = [];
  const sections: { heading: string; blocks: string[] }[] = [{ heading: '', blocks: [] }];
  for (const token of new Marked().lexer(markdown)) {
    if (token.type === 'heading') {
      sections.push({ heading: enter(path, token as Tokens.Heading, title), blocks: [] });
    } else {
      add(sections, token);
    }
  }
  return sections.flatMap(({ heading, blocks }) => pack(blocks, '\n\n').map((body) => ({ heading, body })));
}

/** Moves to a heading and returns where that is. A first heading that repeats the title adds nothing. */
function enter(path: string[], heading: Tokens.Heading, title: string): string {
  path.length = Math.min(path.length, heading.depth - 1);
  path[heading.depth - 1] = plainText(heading);
  return path.filter((part) => part && part !== title).join(' › ');
}

function add(sections: { blocks: string[] }[], token: Token): void {
  const text = plainText(token);
  if (text) sections.at(-1)?.blocks.push(text);
}

/** Puts pieces together again as long as they fit; a piece that alone is too long is cut more finely. */
function pack(pieces: readonly string[], joint: string): string[] {
  const packed: string[] = [];
  for (const piece of pieces) {
    const last = packed.at(-1);
    if (last !== undefined && last.length + joint.length + piece.length <= sectionLength) packed[packed.length - 1] = last + joint + piece;
    else if (piece.length <= sectionLength) packed.push(piece);
    else packed.push(...cut(piece, joint));
  }
  return packed;
}

const finer: Record<string, { at: RegExp; joint: string }> = {
  '\n\n': { at: /\n/, joint: '\n' },
  '\n': { at: /(?<=[.!?…])\s+/, joint: ' ' },
  ' ': { at: /\s+/, joint: '  ' },
};

function cut(piece: string, joint: string): string[] {
  const next = finer[joint];
  if (next) return pack(piece.split(next.at), next.joint);
  return piece.match(new RegExp(`[\\s\\S]{1,${sectionLength}}`, 'gu')) ?? [];
}
