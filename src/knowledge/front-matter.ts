import { parseDocument } from 'yaml';
import { languages, type About, type Language } from './passage.js';

export type FrontMatter = { about: About; body: string } | { problems: string[] };

/**
 * Takes a file apart into what its front matter says and the Markdown below.
 * Each problem begins with the field's name, so that whoever wrote the file knows where to look.
 */
export function readFrontMatter(text: string): FrontMatter {
  const found = /^---[ \t]*\n(?:([\s\S]*?)\n)?---[ \t]*(?:\n|$)/.exec(text);
  if (!found) return { problems: ['front matter: is missing, the file must begin with "---", title, language and "---"'] };
  const document = parseDocument(found[1] ?? '', { prettyErrors: false });
  const error = document.errors[0];
  if (error) return { problems: [`front matter: is not valid YAML (${error.code})`] };
  const fields: unknown = document.toJS();
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return { problems: ['front matter: must be a list of "field: value"'] };
  return check(fields as Record<string, unknown>, text.slice(found[0].length));
}

function check(fields: Record<string, unknown>, body: string): FrontMatter {
  const problems: string[] = [];
  const title = typeof fields['title'] === 'string' ? fields['title'].trim() : '';
  if (!title) problems.push('title: must be a text');
  const language = languages.find((known) => known === fields['language']);
  if (!language) problems.push(`language: must be one of ${languages.join(', ')}`);
  const tags = readTags(fields['tags']);
  if (!tags) problems.push('tags: must be a list of words');
  if (!body.trim()) problems.push('body: is empty');
  if (problems.length > 0) return { problems };
  return { about: { title, language: language as Language, tags: tags as string[] }, body };
}

/** A list, or words separated by commas, as people write them. */
function readTags(value: unknown): string[] | null {
  if (value === undefined || value === null) return [];
  const list: unknown = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(list) || !list.every((tag) => typeof tag === 'string' || typeof tag === 'number')) return null;
  return list.map((tag) => String(tag).trim()).filter(Boolean);
}
