import { withoutSigns } from '../plain-words.js';
import { closingKinds, type ClosingKind } from './closing-words.js';
import { whatWasAsked, type Asked, type LastSaid } from './what-was-asked.js';

/** Nobody says goodbye in so many letters. */
const longest = 160;

/** Whoever sends one of these has not finished, whatever the words are. */
const isUpset = /[😠😡🤬👎😤🙄😒😞😢😭💔🤔😕🙁☹]/u;

/**
 * What kinds of closing words a text is made of. Null: it says something else, or nobody can tell. Emoji may stand beside the
 * words or in a message of their own (no kinds), and say nothing.
 */
export function closingOf(text: string): ClosingKind[] | null {
  if (text.length > longest || /[?¿]/u.test(text) || isUpset.test(text)) return null;
  const bare = withoutSigns(text);
  if (bare === '') return /\p{Extended_Pictographic}/u.test(text) ? [] : null;
  const kinds = closingKinds(bare);
  return kinds?.includes('no') && kinds.some((kind) => deniable.has(kind)) ? null : kinds;
}

/** "No entiendo", "no era eso": with a no before it, it says the opposite. */
const deniable: ReadonlySet<ClosingKind> = new Set(['settled', 'consent', 'done']);

/** After what each kind may stand in the last words of a conversation, and after what it makes them the last. */
const fits: Record<ClosingKind, { stands: readonly Asked[]; ends: readonly Asked[] }> = {
  goodbye: { stands: ['nothing', 'offer', 'more', 'something'], ends: ['nothing', 'offer', 'more', 'something'] },
  thanks: { stands: ['nothing', 'offer', 'more'], ends: ['nothing', 'offer', 'more'] },
  done: { stands: ['nothing', 'offer', 'more'], ends: ['nothing', 'offer', 'more'] },
  settled: { stands: ['nothing', 'offer', 'more'], ends: ['nothing', 'offer'] },
  consent: { stands: ['nothing', 'offer'], ends: ['nothing', 'offer'] },
  no: { stands: ['offer', 'more'], ends: ['offer', 'more'] },
  yes: { stands: [], ends: [] },
  courtesy: { stands: ['nothing', 'offer', 'more', 'something'], ends: [] },
};

/** Whether they are closing words at all; whether they end something hangs on what was said before. */
export const mayEnd = (texts: readonly string[]): boolean => texts.every((text) => closingOf(text) !== null);

/**
 * Whether a customer has ended the conversation: all that he wrote in a row are closing words, and they are no answer to what was
 * said before them. "Sí, gracias" wants something, "no, gracias" only ends when he was asked whether he wants more. A goodbye
 * ends whatever was asked; "ok" and "listo" end after a line of ours that asked nothing. When in doubt it is no end: then the
 * agent answers, which is never wrong. `last` null: nothing was said since he last wrote, so that there is nothing to end.
 */
export function isEnd(texts: readonly string[], last: LastSaid | null): boolean {
  if (last === null || !mayEnd(texts)) return false;
  const kinds = new Set(texts.flatMap((text) => closingOf(text) ?? []));
  if (kinds.has('yes')) return false;
  if (kinds.has('goodbye')) return true;
  if (last.author !== 'agent' && (kinds.has('settled') || kinds.has('consent'))) return false;
  const asked = whatWasAsked(last);
  return [...kinds].every((kind) => fits[kind].stands.includes(asked)) && [...kinds].some((kind) => fits[kind].ends.includes(asked));
}
