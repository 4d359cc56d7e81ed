import { appendFileSync } from 'node:fs';

/** Adds figures to the file that EVIDENCE_FILE names, one JSON object a line: a test says what it saw, not only that it passed. */
export function noteEvidence(name: string, figures: Record<string, unknown>): void {
  const file = process.env['EVIDENCE_FILE'];
  if (file) appendFileSync(file, `${JSON.stringify({ name, node: process.version, ...figures })}\n`);
}

/** How often each value occurs. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
