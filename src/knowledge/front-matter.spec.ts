import { describe, expect, it } from '@jest/globals';
import { readFrontMatter } from './front-matter.js';

const file = (fields: string, body = 'Texto.'): string => `---\n${fields}\n---\n${body}`;

describe('the front matter of a knowledge file', () => {
  it('says title, language and tags, and leaves the Markdown below', () => {
    expect(readFrontMatter(file('title: Envíos\nlanguage: es\ntags: [envío, correo]', '# Envíos\n'))).toEqual({
      about: { title: 'Envíos', language: 'es', tags: ['envío', 'correo'] },
      body: '# Envíos\n',
    });
  });

  it('takes tags as a list, as words with commas, or not at all (people write all three)', () => {
    const tagsOf = (line: string): unknown => {
      const read = readFrontMatter(file(`title: A\nlanguage: pt\n${line}`));
      return 'about' in read ? read.about.tags : read.problems;
    };
    expect(tagsOf('tags: uno, dos ')).toEqual(['uno', 'dos']);
    expect(tagsOf('tags:\n  - 2024\n  - dos')).toEqual(['2024', 'dos']);
    expect(tagsOf('')).toEqual([]);
    expect(tagsOf('tags: { a: 1 }')).toEqual(['tags: must be a list of words']);
  });

  it('names every field that is wrong at once', () => {
    expect(readFrontMatter(file('title: 3\nlanguage: fr\ntags: 7', '  '))).toEqual({
      problems: ['title: must be a text', 'language: must be one of es, pt, en', 'tags: must be a list of words', 'body: is empty'],
    });
  });

  it.each([
    ['# Sin nada', /is missing/],
    ['---\ntitle: "abierto\n---\nTexto', /not valid YAML/],
    ['---\n- uno\n---\nTexto', /list of "field: value"/],
    ['---\n---\nTexto', /list of "field: value"/],
  ])('reports %j instead of failing', (text, problem) => {
    const read = readFrontMatter(text);
    expect('problems' in read && read.problems.join()).toMatch(problem);
  });
});
