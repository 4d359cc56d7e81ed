import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { fold } from './fold.js';
import { languages, type Language, type Passage } from './passage.js';
import { questionWords } from './question-words.js';
import { textSearch } from './text-search.js';

export interface SearchOptions {
  /** Only passages in this language. */
  language?: Language;
  /** Only passages that carry at least one of these tags. */
  tags?: readonly string[];
  /** Most passages to return, 1 to 10. */
  limit?: number;
}

/** Finds the passages that speak of a question. */
@Injectable()
export class KnowledgeSearch {
  constructor(private readonly database: Database) {}

  /**
   * The best passages for a question, best first; one shared word is enough to be found. A question is compared with each
   * passage in the passage's own language.
   *
   * `score`: each shared word counts where it stands (heading, text, title or tags; the places add up), and more the rarer
   * it is in the knowledge. `coverage`: a word that only the text mentions counts half, because "the capital of France"
   * meets "provincial capitals" by accident; a word that somebody chose as title, heading or tag does not. Who asks for a
   * title, as when choosing from a list, gets the file's beginning.
   */
  async search(question: string, options: SearchOptions = {}): Promise<Passage[]> {
    const words = questionWords(question);
    if (words.length === 0) return [];
    const asked = (options.language ? [options.language] : languages).flatMap((language) =>
      words.map((word, position) => ({ language, config: textSearch[language], position, form: fold(word, language) })),
    );
    const tags = [...(options.tags ?? [])];
    const limit = Math.max(1, Math.min(10, Math.trunc(options.limit ?? 4)));
    return this.database.prisma.$queryRaw<Passage[]>`
      WITH asked AS (
        SELECT DISTINCT ask.language, ask.position, quote_literal(term.lexeme) AS lexeme
        FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS ask(language text, config text, position int, form text),
             unnest(to_tsvector(ask.config::regconfig, ask.form)) AS term
      ), hit AS (
        SELECT passage.id, passage.language, asked.position,
               max((words @@ (lexeme || ':B')::tsquery)::int * 0.6 + (words @@ (lexeme || ':C')::tsquery)::int * 0.5
                   + (words @@ (lexeme || ':AD')::tsquery)::int * 0.5)::float AS place,
               max(CASE WHEN words @@ (lexeme || ':ABD')::tsquery THEN 1.0 ELSE 0.5 END)::float AS share,
               max((words @@ (lexeme || ':A')::tsquery)::int) AS titled
        FROM asked JOIN passage ON passage.language = asked.language AND passage.words @@ asked.lexeme::tsquery
        GROUP BY passage.id, passage.language, asked.position
      ), size AS (
        SELECT language, count(*)::float AS passages FROM passage GROUP BY language
      ), word AS (
        SELECT asked.language, asked.position, ln(1 + max(passages) / greatest(1, count(DISTINCT hit.id))) AS rarity
        FROM asked JOIN size USING (language) LEFT JOIN hit USING (language, position) GROUP BY asked.language, asked.position
      ), whole AS (
        SELECT language, sum(rarity) AS rarity, count(*) AS words FROM word GROUP BY language
      ), found AS (
        SELECT hit.id, sum(hit.place * word.rarity) / max(whole.rarity) AS score, sum(hit.share) / max(whole.words) AS coverage,
               sum(titled) = max(whole.words) AS is_title
        FROM hit JOIN word USING (language, position) JOIN whole USING (language) GROUP BY hit.id
      )
      SELECT id, source, title, heading, body, language, tags, coverage, score + (is_title AND position = 0)::int AS score
      FROM found JOIN passage USING (id)
      WHERE ${tags.length} = 0 OR tags && ${tags}::text[]
      ORDER BY score DESC, source, position LIMIT ${limit}`;
  }

  /** What there is knowledge about: the titles of the sources in one language. */
  async titles(language: Language): Promise<string[]> {
    const rows = await this.database.prisma.passage.findMany({ where: { language, position: 0 }, select: { title: true }, orderBy: { title: 'asc' }, take: 20 });
    return [...new Set(rows.map((row) => row.title))];
  }
}
