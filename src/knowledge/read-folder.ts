import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { readFrontMatter } from './front-matter.js';
import type { Source } from './passage.js';
import { splitSections } from './split-sections.js';

/** Goes up when the same file would be indexed differently, so that it is indexed again. */
const indexVersion = 2;
const largestFile = 1_000_000;

/** A file that was left out, and what is wrong with it: each problem begins with the field's name. */
export interface SkippedFile {
  name: string;
  problems: string[];
}

export interface Folder {
  sources: Source[];
  skipped: SkippedFile[];
}

/** Reads every Markdown file below a folder. A file that can't be used is reported, never thrown; a missing folder is. */
export async function readFolder(dir: string): Promise<Folder> {
  const folder: Folder = { sources: [], skipped: [] };
  for (const name of await markdownFiles(dir)) {
    const read = await readSource(dir, name);
    if ('problems' in read) folder.skipped.push({ name, problems: read.problems });
    else folder.sources.push(read);
  }
  return folder;
}

async function markdownFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.name.toLowerCase().endsWith('.md') && !entry.isDirectory())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    // A mounted ConfigMap shows every file twice: as a link, and in a hidden folder that the link points into.
    .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
    .sort();
}

async function readSource(dir: string, name: string): Promise<Source | { problems: string[] }> {
  const path = join(dir, name);
  try {
    const found = await stat(path);
    if (!found.isFile()) return { problems: ['file: is not a regular file'] };
    if (found.size > largestFile) return { problems: [`file: is larger than ${largestFile} bytes`] };
    return toSource(name, await readFile(path));
  } catch (error) {
    return { problems: [`file: can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`] };
  }
}

function toSource(name: string, bytes: Buffer): Source | { problems: string[] } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n').replaceAll('\0', '');
  } catch {
    return { problems: ['file: is not UTF-8, save it as UTF-8'] };
  }
  const front = readFrontMatter(text);
  if ('problems' in front) return front;
  const sections = splitSections(front.body, front.about.title);
  if (sections.length === 0) return { problems: ['body: has headings but no text'] };
  const checksum = createHash('sha256').update(`${indexVersion}\n`).update(bytes).digest('hex');
  return { name, checksum, about: front.about, sections };
}
