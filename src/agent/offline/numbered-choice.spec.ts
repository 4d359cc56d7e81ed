import { describe, expect, it } from '@jest/globals';
import type { HistoryLine } from '../agent-input.js';
import { numberedChoice } from './numbered-choice.js';

const line = (author: HistoryLine['author'], text: string): HistoryLine => ({ author, text, at: new Date(0) });
const history = [line('agent', '¿Sobre qué?\n\n1. Envíos – a todo el país\n2. Medios de pago\n10. Garantía'), line('customer', 'mmm')];

describe('a number alone', () => {
  it.each([['2', 'Medios de pago'], [' 2. ', 'Medios de pago'], ['1)', 'Envíos'], ['10', 'Garantía'], ['02', 'Medios de pago']])('%j is %j after our list', (text, choice) => {
    expect(numberedChoice(text, history)).toBe(choice);
  });

  it.each(['3', '0', '20', '2 unidades', '', '1999'])('%j stays what it is', (text) => expect(numberedChoice(text, history)).toBe(text));

  it('means nothing when we asked nothing, or somebody else did', () => {
    expect(numberedChoice('2', [])).toBe('2');
    expect(numberedChoice('2', [line('flow', '1. a\n2. b')])).toBe('2');
    expect(numberedChoice('2', [...history, line('agent', 'Perfecto.')])).toBe('2');
  });
});
