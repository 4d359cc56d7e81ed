import { describe, expect, it } from '@jest/globals';
import { csvLine, withoutFormula } from './csv.js';

/** A reader of RFC 4180 of our own, so that writer and reader can't share a mistake. */
function parseLine(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|)(,|\r\n$)/gy;
  for (let match = cell.exec(line); match; match = cell.exec(line)) {
    cells.push((match[1] ?? '').replaceAll('""', '"'));
    if (match[2] !== ',') break;
  }
  return cells;
}

const starters = ['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠', '\uFE62', '\uFE63', '\u2212', '\t', '\r', '\n', '\0'];
const before = ['', ' ', '  ', '"', "'", '" ', '\u00A0', '\u200B', '\uFEFF', '\u3000'];

describe('csv', () => {
  it.each(starters.flatMap((starter) => before.map((lead) => lead + starter)))('takes the sting out of a cell that begins with %j', (start) => {
    const cell = `${start}cmd|' /C calc'!A0`;
    expect(withoutFormula(cell)).toBe(`'${cell}`);
  });

  it.each(['hola', '¿Cuánto?', '5491150001234', '2026-03-02T14:00:00.000Z', '{"a":-1}', 'a=b', 'precio: -5', '', '«-»'])('leaves %j alone', (cell) => {
    expect(withoutFormula(cell)).toBe(cell);
  });

  it('reads back as it was written, apart from the apostrophe', () => {
    const cells = ['a,b', 'say "hi"', 'two\r\nlines', '', '=1+1', ';=1+1', '","=1+1', "it's", '😀'];
    expect(parseLine(csvLine(cells))).toEqual(cells.map(withoutFormula));
  });

  it('writes null as nothing and ends with CRLF', () => {
    expect(csvLine([null, 'x', null])).toBe(',"x",\r\n');
  });
});
