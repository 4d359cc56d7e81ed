import type { HistoryLine } from '../agent-input.js';

/** A number alone stands for what has that number in our last message, when it has any. */
export function numberedChoice(text: string, history: readonly HistoryLine[]): string {
  const number = /^\s*(\d{1,2})\s*[.)]?\s*$/.exec(text)?.[1];
  const asked = history.findLast(({ author }) => author === 'agent')?.text ?? '';
  const line = number && asked.split('\n').find((each) => each.startsWith(`${Number(number)}. `));
  return line ? (line.slice(line.indexOf(' ') + 1).split(' – ')[0] ?? text) : text;
}
