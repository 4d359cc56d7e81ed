/**
 * A cell that a spreadsheet would calculate: an operator (ASCII or full-width), tab, line break or NUL at the start, or after
 * blanks, quotes and invisible characters, which some programs drop before they look.
 */
const formula = /^[\s"'\p{Cf}]*[=+\-@|%\t\r\n\0\uFF1D\uFF0B\uFF0D\uFF20\uFE62\uFE63\uFE66\uFE6B\u2212]/u;

/** A text that a spreadsheet shows and never calculates: an apostrophe goes before what looks like a formula. */
export function withoutFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** One record of RFC 4180: every cell quoted, quotes doubled, CRLF at the end. Null is the empty cell. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => (cell === null ? '' : `"${withoutFormula(cell).replaceAll('"', '""')}"`)).join(',')}\r\n`;
}
