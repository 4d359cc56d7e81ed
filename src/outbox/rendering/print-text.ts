import type { Signs } from './channel.js';
import type { Mark, Piece, RichText, Span } from './rich-text.js';

/** From the outside to the inside. */
const order = ['bold', 'italic', 'strike'] as const;
const wordAtEnd = /[\p{L}\p{M}\p{N}*_~`]$/u;
const wordAtStart = /^[\p{L}\p{M}\p{N}*_~`]/u;

/**
 * A text with a channel's own marks. Each line has its marks for itself, because none reaches over a line's end; they hug the
 * words, stand at the edges of words only, and are left out on a line that holds the same sign as text: what is marked
 * there anyway would be anybody's guess.
 */
export function printed({ text, spans }: RichText, signs: Signs | null): string {
  if (!signs) return text;
  let at = 0;
  const lines = text.split('\n').map((line) => {
    const from = at;
    at += line.length + 1;
    const inLine = spans.filter((span) => span.from < from + line.length && span.to > from);
    const usable = inLine.filter(({ mark }) => !line.includes(signs[mark].charAt(0)));
    return printedLine(line, usable.map((span) => ({ ...span, from: span.from - from, to: span.to - from })), signs);
  });
  return lines.join('\n');
}

interface Run extends Piece {
  marks: ReadonlySet<Mark>;
}

function printedLine(line: string, spans: readonly Span[], signs: Signs): string {
  return runsOf(line, spans).map((run) => printedRun(line, run, signs)).join('');
}

/** The line in pieces that are marked alike. */
function runsOf(line: string, spans: readonly Span[]): Run[] {
  const edges = [...new Set([0, line.length, ...spans.flatMap(({ from, to }) => [Math.max(0, from), Math.min(line.length, to)])])].sort((one, other) => one - other);
  const runs: Run[] = [];
  edges.slice(0, -1).forEach((from, index) => {
    const to = edges[index + 1] ?? from;
    const marks = new Set(spans.filter((span) => span.from <= from && span.to >= to).map(({ mark }) => mark));
    const last = runs.at(-1);
    if (last && last.marks.size === marks.size && [...marks].every((mark) => last.marks.has(mark))) last.to = to;
    else runs.push({ from, to, marks });
  });
  return runs;
}

function printedRun(line: string, { from, to, marks }: Run, signs: Signs): string {
  const run = line.slice(from, to);
  const core = run.trim();
  if (marks.size === 0 || core === '') return run;
  const start = run.indexOf(core);
  const end = start + core.length;
  if (wordAtEnd.test(line.slice(0, from + start)) || wordAtStart.test(line.slice(from + end))) return run;
  const opened = marks.has('mono') ? [signs.mono] : order.filter((mark) => marks.has(mark)).map((mark) => signs[mark]);
  return `${run.slice(0, start)}${opened.join('')}${core}${opened.toReversed().join('')}${run.slice(end)}`;
}
