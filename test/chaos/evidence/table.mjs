export const number = (value) => (typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 1 }) : (value ?? '–'));
export const seconds = (ms) => (ms === null || ms === undefined ? '–' : `${number(ms / 1000)} s`);
export const counts = (record) => Object.entries(record).map(([name, count]) => `${name} ${number(count)}`).join(', ') || 'none';

export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The faults that a checker looks for, and what it found. */
export function faults({ lost, duplicated, disordered, askedAgain, unexpected }) {
  return { lost: lost.length, duplicated: duplicated.length, disordered: disordered.length, 'asked again': askedAgain.length, unexpected: unexpected.length };
}

export const isSound = (verdict) => Object.values(faults(verdict)).every((count) => count === 0);
