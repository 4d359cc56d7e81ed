export const languages = ['es', 'pt', 'en'] as const;
export type Language = (typeof languages)[number];

/** What the front matter of a knowledge file says about it. */
export interface About {
  title: string;
  language: Language;
  /** Other words that people use for the subject; they count in the search. */
  tags: string[];
}

/** One Markdown file that could be read. */
export interface Source {
  /** Path below the knowledge folder, with `/`. */
  name: string;
  /** Changes when the file or the way we index it changes. */
  checksum: string;
  about: About;
  sections: Section[];
}

/** One piece of a file, small enough to be quoted. */
export interface Section {
  /** The headings above it, `Envíos › Costos`; empty before the first heading. */
  heading: string;
  /** Plain text, paragraphs separated by a blank line. */
  body: string;
}

/** What a search finds. */
export interface Passage extends Section, About {
  /** `source#position`, stable as long as the file is not edited. */
  id: string;
  source: string;
  /** Orders the results of one search; not comparable between searches. */
  score: number;
  /** 0 to 1: how much of the question, by weight of its words, this passage speaks of. Low means "does not know". */
  coverage: number;
}
