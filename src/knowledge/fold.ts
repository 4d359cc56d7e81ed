import type { Language } from './passage.js';

/**
 * The form in which text is indexed and asked for: lower case and without accents, because people write "envios a cordoba".
 *
 * Postgres' stemmers know some endings only with their accent ("devolución" and "devoluciones" meet, "devolucion" stays
 * alone), so those endings get theirs back, on both sides alike.
 */
export function fold(text: string, language: Language): string {
  const bare = text.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase();
  switch (language) {
    case 'es':
      return bare.replace(/([cs])ion\b/g, '$1ión');
    case 'pt':
      return bare.replace(/cao\b/g, 'ção').replace(/coes\b/g, 'ções').replace(/([sn])ao\b/g, '$1ão');
    case 'en':
      return bare;
  }
}
