import { describe, expect, it } from '@jest/globals';
import type { HistoryLine } from '../agent-input.js';
import { estimateTokens, trimLines } from './trim-lines.js';

const lines = (...texts: string[]): HistoryLine[] => texts.map((text) => ({ author: 'customer', text, at: new Date(0) }));

describe('trimming history', () => {
  it('keeps the newest lines that fit, in their order', () => {
    const each = estimateTokens('x'.repeat(30));
    const trimmed = trimLines(lines(...['a', 'b', 'c', 'd'].map((letter) => letter.repeat(30))), each * 2);
    expect(trimmed.lines.map(({ text }) => text[0])).toEqual(['c', 'd']);
    expect(trimmed.tokens).toBe(each * 2);
  });

  it('shortens the newest line rather than showing nothing', () => {
    expect(trimLines(lines('z'.repeat(900)), 120).lines.map(({ text }) => text.length)).toEqual([300]);
    expect(trimLines(lines('z'), 0)).toEqual({ lines: [], tokens: 0 });
    expect(trimLines(lines('z'), -5)).toEqual({ lines: [], tokens: 0 });
  });
});
