import type { MessageContent } from '../botmaker/index.js';
import type { Debounce } from '../platform/index.js';
import { isGreeting, withoutSigns } from './plain-words.js';

/** Whether more is likely to follow a message: hardly, probably, or nobody can say. */
export type Shape = 'question' | 'fragment' | 'plain';

/** How long the customer must have been silent after this message before the burst is over. `burstEnd` has the cap. */
export function pauseAfter(content: unknown, { ms, questionMs, fragmentMs }: Debounce): number {
  return { question: questionMs, fragment: fragmentMs, plain: ms }[shapeOf(content as Partial<MessageContent> | null)];
}

/** Longer messages are looked at by their end alone. */
const longest = 200;

/**
 * Guesses by the form of a message, in Spanish, Portuguese and English. A wrong guess costs a second, or a turn that begins
 * anew with the rest of what was meant.
 */
export function shapeOf(content: Partial<MessageContent> | null): Shape {
  // A tap is all that the customer had to say; a picture comes before the words about it.
  if (content?.selection) return 'question';
  const said = (content?.text ?? '').trim();
  if (said === '') return (content?.media ?? []).some(({ kind }) => kind !== 'audio') ? 'fragment' : 'plain';
  const end = said.slice(-longest).toLowerCase();
  const bare = said.length > longest ? null : withoutSigns(said);
  if (bare !== null && isGreeting(bare)) return 'fragment';
  if (endsInQuestion.test(end)) return 'question';
  if (breaksOff.test(end) || connectives.has(end.split(/\s+/).at(-1) ?? '')) return 'fragment';
  if (bare === null) return 'plain';
  const words = bare.split(' ');
  if (words.length > 2) return asks.test(end) ? 'question' : 'plain';
  return bare === '' || /[.!\d]$/.test(said) || words.every((word) => wholeReplies.has(word)) ? 'plain' : 'fragment';
}

/** A question mark, whatever decorates it; or one that was opened and not closed. */
const endsInQuestion = /\?[\s\p{P}\p{S}\p{M}\u200D]*$|¿[^?]*$/u;

/** A comma, a colon, dots: the sentence goes on. */
const breaksOff = /(?:[,;:…-]|\.\.)$/u;

/** Words that nobody ends with. */
const connectives = new Set(
  [
    'y e o u que de del la el los las un una con para por pero porque mi tu su al como cuando donde en entonces es',
    'do da dos das os as um uma com pra meu minha em na quero',
    'and or but the an to for with of my that because if in on is',
  ].flatMap((words) => words.split(' ')),
);

/** Begins with a word that asks. `que` without its accent mostly doesn't. */
const asks =
  /^(?:(?:hola|buenas|oi|ol[aá]|hi|hello|y|e|and|quer[ií]a saber|quisiera saber|gostaria de saber),? )*(?:que (?=hora|precio|horario|costo|d[ií]a)|qué |cu[aá]l(?:es)? |cu[aá]nt[oa]s? |cu[aá]ndo |a?d[oó]nde |cómo |quién(?:es)? |por qu[eé] |qual |quais |quant[oa]s? |quando |a?onde |quem |o que |será que |what |which |when |where |who |how |why |do you |can (?:i|you) |could you |is there |are there )/u;

/** Short, and whole. */
const wholeReplies = new Set('si no se ok oka okey dale listo perfecto genial muchas gracias bien claro exacto ninguno ninguna chau sim nao muito obrigado obrigada valeu beleza tchau yes nope thanks thank you sure fine bye'.split(' '));
