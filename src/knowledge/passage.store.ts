import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/index.js';
import { fold } from './fold.js';
import type { Source } from './passage.js';
import { textSearch } from './text-search.js';

/** The table `passage`: what the knowledge folder says, cut into pieces and searchable. */
@Injectable()
export class PassageStore {
  constructor(private readonly database: Database) {}

  /** Makes the caller the only one that changes the index until its transaction ends. */
  async lock(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('knowledge.index'))`;
  }

  async checksums(tx: Tx): Promise<Map<string, string>> {
    const rows = await tx.passage.findMany({ distinct: ['source'], select: { source: true, checksum: true } });
    return new Map(rows.map((row) => [row.source, row.checksum]));
  }

  async remove(tx: Tx, sources: readonly string[]): Promise<void> {
    if (sources.length > 0) await tx.passage.deleteMany({ where: { source: { in: [...sources] } } });
  }

  /** Writes the passages of new sources. Each word keeps where it stands: title A, heading B, body C, tags D. */
  async add(tx: Tx, sources: readonly Source[]): Promise<void> {
    const rows = sources.flatMap(toRows);
    if (rows.length === 0) return;
    await tx.$executeRaw`
      INSERT INTO passage (id, source, checksum, position, title, heading, body, language, tags, words)
      SELECT id, source, checksum, position, title, heading, body, language, ARRAY(SELECT jsonb_array_elements_text(tags)),
             setweight(to_tsvector(config::regconfig, title_words), 'A') || setweight(to_tsvector(config::regconfig, heading_words), 'B')
             || setweight(to_tsvector(config::regconfig, tag_words), 'D') || setweight(to_tsvector(config::regconfig, body_words), 'C')
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row(id text, source text, checksum text, position int, title text, heading text,
        body text, language text, tags jsonb, config text, title_words text, heading_words text, tag_words text, body_words text)`;
  }

  async counts(): Promise<{ sources: number; passages: number }> {
    const [row] = await this.database.prisma.$queryRaw<{ sources: number; passages: number }[]>`
      SELECT count(DISTINCT source)::int AS sources, count(*)::int AS passages FROM passage`;
    return row ?? { sources: 0, passages: 0 };
  }
}

function toRows(source: Source): Record<string, unknown>[] {
  const { title, language, tags } = source.about;
  return source.sections.map((section, position) => ({
    id: `${source.name}#${position}`, source: source.name, checksum: source.checksum, position, title, heading: section.heading,
    body: section.body, language, tags, config: textSearch[language], title_words: fold(title, language),
    heading_words: fold(section.heading, language), tag_words: fold(tags.join(' '), language), body_words: fold(section.body, language),
  }));
}
