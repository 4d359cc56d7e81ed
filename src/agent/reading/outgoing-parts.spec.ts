import { describe, expect, it } from '@jest/globals';
import { answerPrompt } from '../prompts/answer.prompt.js';
import { readText } from './read-text.js';
import { chatText, longestAnswer, outgoingParts } from './outgoing-parts.js';

const sentence = 'Una frase que dice algo útil. ';
const partsOf = (texts: string[]): string[] => {
  const read = outgoingParts(texts);
  return 'parts' in read ? read.parts : [];
};

describe('an answer that is too long', () => {
  it('is left alone up to its limit, however its parts are cut later', () => {
    expect(partsOf(['Uno.\n\nDos.', sentence.repeat(100)])).toEqual(['Uno.\n\nDos.', sentence.repeat(100).trim()]);
  });

  it('ends at the end of a sentence, and never in half an emoji', () => {
    for (const texts of [[sentence.repeat(600)], Array.from({ length: 9 }, () => sentence.repeat(30))]) {
      const parts = partsOf(texts);
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      expect(length).toBeLessThanOrEqual(longestAnswer);
      expect(length).toBeGreaterThan(longestAnswer * 0.85);
      expect(parts.at(-1)?.endsWith('útil.')).toBe(true);
    }
    expect(partsOf([`x${'😀'.repeat(5000)}`])[0]).toMatch(/^x(?:😀)+$/u);
  });
});

describe('the last look at what a customer will read', () => {
  it('leaves Markdown to the channel, and drops control characters and heaps of blanks', () => {
    expect(chatText('## Envíos\r\n\r\n\r\n- **gratis**\u0000\u001b ![foto](https://t.test/f.png)\t')).toBe('## Envíos\n\n- **gratis** ![foto](https://t.test/f.png)');
    expect(outgoingParts(['Mirá <https://t.test/a>'])).toEqual({ parts: ['Mirá <https://t.test/a>'] });
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
