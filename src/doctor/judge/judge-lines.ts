import type { Line } from '../../botmaker/index.js';
import type { AccountFacts, JudgedWebhook } from '../facts.js';
import { found, type Finding } from '../finding.js';

const down = /^(BANNED|RESTRICTED|DISCONNECTED|OFFLINE|DISABLED|DELETED|BLOCKED|UNVERIFIED)$/;
const low = /^(RED|LOW|YELLOW|MEDIUM)$/;

/** The lines that the webhook tells us of: those that it lists; where it lists none, those that name it. */
export function coveredLines(lines: readonly Line[], webhook: JudgedWebhook | null): Line[] {
  if (webhook === null) return [];
  const { lineIds, id } = webhook;
  return lines.filter((line) => (lineIds === null ? id !== null && line.webhookId === id : lineIds.includes(line.id)));
}

/** Whether the lines that we serve work, and whether we serve all that we think. */
export function judgeLines({ lines: seen, knownLineIds }: AccountFacts, webhook: JudgedWebhook | null): Finding[] {
  if ('unseen' in seen) return [];
  const { lines, from } = seen.value;
  if (from === 'chats') return [found('lines-from-chats')];
  if (lines.length === 0) return [found('lines-none')];
  const covered = coveredLines(lines, webhook);
  const outside = webhook === null ? [] : lines.filter((line) => line.isActive !== false && !covered.includes(line));
  const lost = outside.filter(({ id, number }) => knownLineIds?.some((known) => known === id || known === number));
  const uncovered = outside.filter((line) => !lost.includes(line));
  return [
    ...covered.flatMap(judgeLine),
    ...(lost.length > 0 ? [found('lines-lost', { lines: lost.map(lineName).join(', ') })] : []),
    ...(uncovered.length > 0 ? [found('lines-uncovered', { lines: uncovered.map(lineName).join(', ') })] : []),
  ];
}

function judgeLine(line: Line): Finding[] {
  const name = lineName(line);
  if (line.isActive === false) return [found('line-off', { line: name })];
  const status = line.status?.toUpperCase() ?? null;
  const quality = line.quality?.toUpperCase() ?? '';
  return [
    ...(status !== null && down.test(status) ? [found('line-down', { line: name, status })] : []),
    ...(status !== null && status !== 'CONNECTED' && !down.test(status) ? [found('line-status-unknown', { line: name, status })] : []),
    ...(low.test(quality) ? [found('line-quality-low', { line: name, quality })] : []),
  ];
}

/** A line as people know it, without its number but the last digits. */
export function lineName({ id, name, platform, number }: Line): string {
  const shown = name ?? id;
  const digits = number === null ? '' : ` …${number.slice(-4)}`;
  return `${shown.replace(/\d{5,}/g, (run) => `…${run.slice(-4)}`)}${platform === null || name === null ? '' : ` (${platform}${digits})`}`;
}
