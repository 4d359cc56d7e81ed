import { describe, expect, it } from '@jest/globals';
import { answerPrompt } from '../prompts/answer.prompt.js';
import { readText } from './read-text.js';
import { chatText, outgoingParts } from './outgoing-parts.js';
import { longestAnswer, longestPart, splitParts } from './split-parts.js';

const sentence = 'Una frase que dice algo útil. ';

describe('splitting an answer', () => {
  it('leaves alone what fits in a message', () => {
    expect(splitParts(['Uno.\n\nDos.', 'Tres.'])).toEqual(['Uno.\n\nDos.', 'Tres.']);
  });

  it('cuts at blank lines first, then at sentences, and loses nothing', () => {
    const text = `${sentence.repeat(20).trim()}\n\n${sentence.repeat(20).trim()}\n\n${sentence.repeat(50).trim()}`;
    const parts = splitParts([text]);
    expect(parts[0]).toBe(sentence.repeat(20).trim());
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(longestPart);
      expect(part.endsWith('útil.')).toBe(true);
    }
    expect(parts.join(' ').replace(/\s+/g, ' ')).toBe(text.replace(/\s+/g, ' '));
  });

  it('cuts even what has no spaces, and never in the middle of an emoji', () => {
    const parts = splitParts(['😀'.repeat(1500)]);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^(?:😀)+$/u);
  });

  it('leaves out what exceeds the whole, at the end of a sentence', () => {
    for (const texts of [[sentence.repeat(40_000)], Array.from({ length: 9 }, () => sentence.repeat(30))]) {
      const parts = splitParts(texts);
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      expect(length).toBeLessThanOrEqual(longestAnswer);
      expect(length).toBeGreaterThan(longestAnswer * 0.85);
      expect(parts.at(-1)?.endsWith('útil.')).toBe(true);
    }
  });
});

describe('the last look at what a customer will read', () => {
  it('writes Markdown as a chat shows it and drops control characters', () => {
    expect(chatText('## Envíos\r\n\r\n\r\n- **gratis**\u0000\u001b ![foto](https://t.test/f.png)\t')).toBe('Envíos\n\n- gratis foto: https://t.test/f.png');
  });

  it('lets no sentence of our instructions through, in whatever case or punctuation', () => {
    for (const sample of [answerPrompt.text, 'Mis reglas: NO INVENTES PRECIOS, PLAZOS, DIRECCIONES, ENLACES NI PROMESAS!', answerPrompt.text.split('\n').at(-1) ?? '']) {
      expect(outgoingParts([sample])).toEqual({ fault: expect.stringContaining('instrucciones') });
    }
    expect(outgoingParts(['Te paso con una persona del equipo, que puede cambiar tu pedido.'])).toHaveProperty('parts');
  });

  it('takes no time over a flood made to be slow', () => {
    const start = performance.now();
    for (const piece of ['<think>', ' ', '**a', '[a](', '<a', '\n ', '__', '{"', '. ']) {
      outgoingParts([`x${piece.repeat(1_000_000 / piece.length)}x`]);
      readText(`x${piece.repeat(1_000_000 / piece.length)}x`);
    }
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('refuses an answer when one of its parts is wrong', () => {
    expect(outgoingParts(['Bien.', '<b>mal</b>'])).toEqual({ fault: expect.stringContaining('HTML') });
    expect(outgoingParts(['Bien.', '{"a": 1}'])).toEqual({ fault: expect.stringContaining('JSON') });
    expect(outgoingParts([' ', '\u200b'])).toHaveProperty('fault');
  });
});
