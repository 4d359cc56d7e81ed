import type { ChannelRules } from '../platform/index.js';
import { isExhausted, type Turn } from './turn.js';

/*
 * What a customer's message does that comes while a turn of the chat is under way: it has read its mail, and its answer is not
 * stored. Nothing of it was sent then, because what a turn says is stored in the transaction that ends it.
 *
 *   merge      The turn ends as skipped(merged). A new one gets its mail and the new message, and answers all with one answer.
 *              Not when a tool's effect has begun: the turn that had it answers for it, and the message waits.
 *   interrupt  The turn ends as skipped(interrupted), its answer is dropped. A new one answers the new message; what the old
 *              one had read is history. The effects that were had go with it: it is told of them, and none is had again. Not
 *              while an effect is being had: nobody could say how it ended.
 *   enqueue    The message waits, and is the next turn's.
 *   reject     The message is set aside as `busy`; the customer is told so once a turn.
 *
 * Whoever held the turn that was superseded may write nothing any more, also no effect: all this happens under the lock of
 * the conversation and of the turn's row, which an effect needs to begin. A checkpoint belongs to the run, so that no answer
 * to the old mail is taken for one to the new.
 */
export type DoubleTexting = ChannelRules['doubleTexting'];

/** A customer who does not stop writing gets an answer all the same: after so many turns that took another's place, the next message waits. */
export const mostRestarts = 3;

export interface BegunTurn extends Turn {
  /** Turns that this one has already taken the place of, one after the other. */
  restarts: number;
  effects: readonly ('begun' | 'done' | 'failed' | 'unknown')[];
}

/** What becomes of the message, by the channel's policy and by how far the turn has come. */
export function meetingOf(policy: DoubleTexting, turn: BegunTurn): DoubleTexting {
  if (policy === 'reject' || policy === 'enqueue') return policy;
  // A turn that may only be ended is about to be.
  if (isExhausted(turn) || turn.restarts >= mostRestarts) return 'enqueue';
  const isInTheWay = (state: BegunTurn['effects'][number]): boolean => state === 'begun' || (policy === 'merge' && state !== 'failed');
  return turn.effects.some(isInTheWay) ? 'enqueue' : policy;
}
