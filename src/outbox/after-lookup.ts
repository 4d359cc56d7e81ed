import type { OpenMessage } from './open-message.js';
import { isTemplate, staleReason } from './stale.js';

/**
 * What a look for a message in doubt saw. `failed` is not `absent`: Botmaker did not answer, refused, or showed a list that
 * is not up to date or may hold it under other words.
 */
export type Sight = 'there' | 'absent' | 'failed';

/** How a doubt ends, or when it is looked into again. */
export type Settlement =
  | { kind: 'confirmed' }
  | { kind: 'look-again'; inMs: number; saw: Exclude<Sight, 'there'> }
  | { kind: 'resend' }
  | { kind: 'expired'; reason: string }
  | { kind: 'unknown'; reason: string };

export interface DoubtRules {
  doubtMs: number;
  /** No echo has come for long: one of the two proofs of absence is worth nothing. */
  isEchoBlind: boolean;
}

/** The second look comes this much later than the first, in parts of the doubt. */
const secondLook = 0.5;
/** A look that failed, or that could not be made, is tried again after this part of the doubt, but not sooner than this. */
const failedLook = 1 / 6;
const leastPauseMs = 2000;
export const pauseAfterLook = (doubtMs: number): number => Math.max(failedLook * doubtMs, leastPauseMs);
/**
 * The look that fails for the twelfth time in a row is the last: two doubts, and never less than a lost refresh of the token
 * takes. Counted and not timed, because the age of a send says nothing of looks that nobody could make meanwhile.
 */
const mostFailedLooks = 12;

/**
 * A message that no echo settled within the doubt. Two looks, some time apart, must prove it absent before it is sent again,
 * and it is sent again once: what is in doubt a second time is for a person.
 */
export function afterLookup(message: OpenMessage, sight: Sight, { doubtMs, isEchoBlind }: DoubtRules): Settlement {
  if (sight === 'there') return { kind: 'confirmed' };
  const ageMs = message.sendingMs ?? 0;
  if (sight === 'failed') return message.failedLooks + 1 >= mostFailedLooks ? { kind: 'unknown', reason: 'look-up-failed' } : { kind: 'look-again', inMs: pauseAfterLook(doubtMs), saw: sight };
  if (message.lookups === 0) return { kind: 'look-again', inMs: Math.max((1 + secondLook) * doubtMs - ageMs, secondLook * doubtMs), saw: sight };
  if (message.wasResent || isTemplate(message)) return { kind: 'unknown', reason: 'no-echo' };
  // Any other intent that is run twice has the effect of one; nothing of the kind can be said of what a customer reads.
  if (isEchoBlind && message.outgoing.kind !== 'intent') return { kind: 'unknown', reason: 'echo-blind' };
  const reason = staleReason({ ...message, mayHaveBeenSent: true });
  return reason === null ? { kind: 'resend' } : { kind: 'expired', reason };
}
