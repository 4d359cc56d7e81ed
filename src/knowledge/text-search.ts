import type { Language } from './passage.js';

/** The Postgres text search configuration of each language: its stemmer and stop words. */
export const textSearch = { es: 'spanish', pt: 'portuguese', en: 'english' } as const satisfies Record<Language, string>;
