import type { HistoryLine } from '../agent-input.js';
import { longestLine } from '../limits.js';

/** Characters a token, on the safe side for Spanish; and what the marking of a line costs. */
const charactersPerToken = 3;
const tokensPerLine = 20;

/** An estimate: an exact count would need each model's own tokenizer. */
export function estimateTokens(text: string): number {
  return tokensPerLine + Math.ceil(Math.min(text.length, longestLine) / charactersPerToken);
}

/** The newest lines that fit into `budget` tokens, oldest first. The very newest is shortened rather than left out. */
export function trimLines(lines: readonly HistoryLine[], budget: number): { lines: HistoryLine[]; tokens: number } {
  const kept: HistoryLine[] = [];
  let tokens = 0;
  for (const line of lines.toReversed()) {
    const cost = estimateTokens(line.text);
    if (tokens + cost > budget) {
      if (kept.length === 0 && budget > tokensPerLine) {
        kept.push({ ...line, text: line.text.slice(0, (budget - tokensPerLine) * charactersPerToken) });
        tokens = budget;
      }
      break;
    }
    kept.push(line);
    tokens += cost;
  }
  return { lines: kept.reverse(), tokens };
}
