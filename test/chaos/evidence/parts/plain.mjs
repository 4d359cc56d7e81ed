import { counts, number, table } from '../table.mjs';

/** Any proof that keeps `{ about, figures: { "what it is": value } }`: a value is a number, a text, or numbers by name. */
export function plainPart({ figures }) {
  return [table(['', ''], Object.entries(figures).map(([what, value]) => [what, typeof value === 'object' && value !== null ? counts(value) : number(value)]))];
}
