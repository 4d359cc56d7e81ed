import { describe, expect, it } from '@jest/globals';
import { randomFrom } from '../../../test/support/random.js';
import { channelOf, type Channel } from './channel.js';
import { readMarkdown } from './read-markdown.js';
import { textsOf } from './render-text.js';
import { split } from './split-text.js';

const platforms = ['whatsapp', 'instagram', 'messenger', 'telegram', 'webchat', 'sms', null];
const nasty = [
  '**', '*', '_', '__', '~~', '~', '`', '```', '```js\n', '\n', '\n\n', ' ', '  ', '- ', '1. ', '> ', '# ', '| a | b |\n|---|---|\n', '| x | y |\n', '[', '](', ')', '](https://t.test/a_b_c)', 'https://t.test/x?a=*b*&c=_d_',
  '<b>', '</b>', '<', '>', '&amp;', '\\*', '\\', 'hola', 'Ñandú', 'niño.', '¿sí?', '👩‍👩‍👧‍👦', '🇦🇷', 'e\u0301', '\u0301\u0301', '😀', '12', '$60.000', '!', '![', 'a'.repeat(60), 'مرحبا', '日本', '\u200d', '[ ] ',
];
const texts = (seed: number, count: number): string[] => {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => Array.from({ length: 1 + random(120) }, () => nasty[random(nasty.length)]).join(''));
};

/** Neither half of a surrogate pair alone. */
const isWhole = (text: string): boolean => Buffer.from(text).toString() === text;

/** As WhatsApp reads its marks: at the edges of words, hugging them, within a line. */
const mark = /(?<![\p{L}\p{M}\p{N}])(\*|_|~|```)(?=\S)((?:(?!\1)[^\n])*?\S)\1(?![\p{L}\p{M}\p{N}])/gu;
function unmarked(text: string): string {
  let [before, now] = ['', text];
  while (before !== now) [before, now] = [now, now.replace(mark, '$2')];
  return now;
}

describe('a text, whatever is in it', () => {
  const cases = texts(29, 1500);

  it('says on WhatsApp what it says in plain, and opens no mark that it does not close', () => {
    for (const markdown of cases) {
      const [marked, plain] = [textsOf(markdown, channelOf('whatsapp')), textsOf(markdown, channelOf('webchat'))];
      expect(marked.length).toBe(plain.length);
      marked.forEach((text, index) => {
        const bare = plain[index] ?? '';
        text.split('\n').forEach((line, at) => {
          const words = bare.split('\n')[at] ?? '';
          // A line without signs of its own has none but our marks, and they come off in pairs.
          if (!/[*_~`]/.test(words)) expect(unmarked(line)).toBe(words);
          else for (const sign of ['*', '_', '~', '`']) if (words.includes(sign)) expect(line.split(sign).length).toBe(words.split(sign).length);
        });
      });
    }
  });

  it('is cut into messages that fit, never empty, and nothing gets lost', () => {
    for (const platform of platforms) {
      const channel = channelOf(platform);
      for (const text of texts(31, 120).map((piece) => piece.repeat(12).slice(0, 5000).replace(/[\uD800-\uDBFF]$/, ''))) {
        const pieces = split(text, channel).map(({ from, to }) => text.slice(from, to));
        for (const piece of pieces) {
          expect(channel.fits(piece) || (/https?:/.test(piece) && channel.holds(piece))).toBe(true);
          expect(piece).toBe(piece.trim());
          expect(isWhole(piece)).toBe(true);
        }
        if (text.split(/\s/).every((word) => channel.holds(word))) expect(pieces.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }
    }
  });

  it('takes no time, made to be slow as it may be', () => {
    const started = process.cpuUsage();
    for (const piece of ['**a', '*a ', '_a', '[a](', '![', '<a', '> ', '- ', '+ ', '1. ', '`', '~~a', '\n ', '&amp;', '| a ', '😀', '\u0301', '*a **b ', '[[', '\\', 'http://', 'a@', '- a\n', '    a\n', 'a\n===\n', '| a |\n|---|\n']) {
      for (const length of [1000, 1_000_000]) for (const platform of ['whatsapp', 'instagram']) textsOf(piece.repeat(length / piece.length), channelOf(platform));
    }
    // Of this process, because the machine may be busy with others: about half a second of it.
    expect(process.cpuUsage(started).user).toBeLessThan(10_000_000);
  });

  it('that says anything ends in at least one message', () => {
    for (const markdown of [...cases, '---', '<br>', '<!-- x -->', '[a]: https://t.test', '***']) {
      if (markdown.trim() !== '') expect(textsOf(markdown, channelOf('whatsapp')).length).toBeGreaterThan(0);
    }
  });
});

describe('a long text', () => {
  const channel = (longest: number): Channel => ({ ...channelOf('webchat'), fits: (text) => text.length <= longest, holds: (text) => text.length <= 2 * longest });
  const cut = (text: string, longest: number): string[] => split(text, channel(longest)).map(({ from, to }) => text.slice(from, to));

  it('is cut between paragraphs, else lines, else sentences, else words', () => {
    expect(cut('Uno dos.\n\nTres cuatro.\n\nCinco.', 22)).toEqual(['Uno dos.\n\nTres cuatro.', 'Cinco.']);
    expect(cut('Uno.\nDos.\nTres.', 10)).toEqual(['Uno.\nDos.', 'Tres.']);
    expect(cut('Uno dos. Tres cuatro. Cinco.', 22)).toEqual(['Uno dos. Tres cuatro.', 'Cinco.']);
    expect(cut('uno dos tres', 8)).toEqual(['uno dos', 'tres']);
  });

  it('is never cut within an address, and one that is longer than the channel takes is left out', () => {
    const address = `https://t.test/${'a'.repeat(20)}`;
    expect(cut(`Mirá ${address} y decime`, 20)).toEqual(['Mirá', address, 'y decime']);
    expect(cut(`Mirá(${address}`, 20)).toEqual(['Mirá(', address]);
    expect(cut(`Mirá ${address}${address} ya`, 20)).toEqual(['Mirá', 'ya']);
  });

  it('is never cut within what a reader takes for one character', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(cut(family.repeat(5), 25)).toEqual([family.repeat(2), family.repeat(2), family]);
    expect(cut('ñ'.normalize('NFD').repeat(6), 5)).toEqual(Array.from({ length: 3 }, () => 'ñ'.normalize('NFD').repeat(2)));
    expect(cut(`a${'\u0301'.repeat(30)}`, 10).join('')).toBe(`a${'\u0301'.repeat(30)}`);
  });

  it('keeps its marks in order in every message', () => {
    const parts = textsOf(`**${'Una frase importante. '.repeat(80).trim()}**`, channelOf('whatsapp'));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(part).toMatch(/^\*[^*]+\.\*$/);
  });

  it('for Instagram is measured in bytes', () => {
    for (const part of textsOf('ñandú '.repeat(400), channelOf('instagram'))) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(1000);
  });

  it('can be marked as much as may be, and is still no longer than WhatsApp takes', () => {
    for (const part of textsOf('***~~a~~*** '.repeat(600), channelOf('whatsapp'))) expect(part.length).toBeLessThanOrEqual(4096);
    expect(readMarkdown('***~~a~~***').spans).toHaveLength(3);
  });
});
