import type { Owner } from '../sorting.js';

/** A silent chat as it is when it is to be acted upon, after a look at who has it. */
export interface Silence {
  owner: Owner;
  /** How often it was acted upon since the customer began to wait. */
  acts: number;
  /** A turn waits or runs. */
  hasTurn: boolean;
  /** There is mail that no turn has read. */
  hasMail: boolean;
  /** An answer waits, is under way, in doubt or kept back. */
  hasAnswer: boolean;
  /** Nobody knows whether the customer saw the last answer. */
  isAnswerUnknown: boolean;
  /** It is being given back, and that is checked. */
  isReturning: boolean;
  /** The bot is muted, and nobody has the chat. */
  isUnheld: boolean;
}

export type SilenceAct =
  /** Not ours to act, or somebody is at it. */
  | { do: 'nothing' }
  /** The mail is there, and nobody has woken up for it. */
  | { do: 'sort' }
  /** No answer was ever made of it: it is read again. */
  | { do: 'reopen' }
  /** `isSorry`: the customer reads the sentence of the fallback first. */
  | { do: 'give-back'; isSorry: boolean };

/**
 * What is to be done about a customer who waits. Each act is had once, and the next look is a whole silence later; so what was
 * woken has its time, and a chat that we can't serve is given back instead of being tried for ever. An answer that may have
 * reached the customer is not made a second time.
 */
export function actOn(silence: Silence): SilenceAct {
  const { owner, acts, hasTurn, hasMail, hasAnswer, isAnswerUnknown, isReturning, isUnheld } = silence;
  if (owner === 'human' || isReturning) return { do: 'nothing' };
  if (owner === 'flow') return isUnheld ? { do: 'give-back', isSorry: false } : { do: 'nothing' };
  if (hasTurn || hasAnswer) return { do: 'nothing' };
  if (acts > 0 || isAnswerUnknown) return { do: 'give-back', isSorry: !isAnswerUnknown };
  return hasMail ? { do: 'sort' } : { do: 'reopen' };
}
