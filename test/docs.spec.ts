import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { entryWords } from '../src/correlation/entry-words.js';
import { alarmNames, errorKinds } from '../src/platform/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

const sources = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.startsWith('generated'))
  .map((path) => read(`src/${path}`));

const code = `'([a-z]+\\.[a-z-]+)'`;
/** An error's kind and code side by side, a `code:` field, or a code of these two rooms that is no type of entry. */
const patterns = [new RegExp(`'(?:${errorKinds.join('|')})',\\s*${code}`, 'g'), new RegExp(`\\bcode: ${code}`, 'g'), /'((?:turn|http)\.[a-z-]+)'/g];

function codesInSource(): Set<string> {
  const codes = sources.flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, found = '']) => found)));
  return new Set(codes.filter((found) => !(found in entryWords)));
}

describe('docs/runbook.md', () => {
  const section = read('docs/runbook.md').split(/^## /m).find((part) => part.startsWith('Error codes')) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').map((cell) => cell.trim()));
  const explained = rows.map(([, name = '']) => name.replaceAll('`', ''));

  it('explains every error code of the source, and none that is gone', () => {
    const codes = codesInSource();
    expect(codes.size).toBeGreaterThan(40);
    expect([...codes].filter((name) => !explained.includes(name))).toEqual([]);
    expect(explained.filter((name) => !codes.has(name))).toEqual([]);
  });

  it('says for each what happened and what to do', () => {
    expect(rows.filter(([, , happened, todo]) => !happened || !todo)).toEqual([]);
    expect(explained).toEqual([...new Set(explained)].sort());
  });

  it('explains every alarm', () => {
    const alarms = read('docs/runbook.md').split(/^## /m).find((part) => part.startsWith('Alarms')) ?? '';
    expect([...alarms.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name)).toEqual([...alarmNames]);
  });
});
