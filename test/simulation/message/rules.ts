import { afterAttempt } from '../../../src/outbox/after-attempt.js';
import { afterEcho } from '../../../src/outbox/after-echo.js';
import { afterLookup } from '../../../src/outbox/after-lookup.js';
import { matchListing } from '../../../src/outbox/match-listing.js';
import type { MessageState } from '../../../src/outbox/message.js';
import { matchEcho } from '../../../src/outbox/match-echo.js';
import { nextStep } from '../../../src/outbox/next-step.js';

export const sendTimeoutMs = 10_000;
/** `leaseOf` in `delivery.store.ts`. */
export const leaseMs = sendTimeoutMs * 1.5 + 5000;
export const doubtMs = 60_000;

/** What an attempt may do to a message that it thinks is its own. */
export interface Attempt {
  epoch: number;
}

interface Held {
  state: MessageState;
  epoch: number;
}

/**
 * The product's rules of a message, and the guards that stand in its SQL: `mayBeClaimed` in `delivery.store.claim`,
 * `isHeldBy` in `delivery-outcome.store.fail`, `isStaleClaim` in `deliver.handler`. A control replaces one.
 */
export const messageRules = {
  nextStep,
  afterAttempt,
  afterLookup,
  afterEcho,
  matchListing,
  mayBeClaimed: (row: Held, seen: Attempt, isHumans: boolean): boolean => (row.state === 'planned' || row.state === 'retrying') && row.epoch === seen.epoch && !isHumans,
  isHeldBy: (row: Held, attempt: Attempt): boolean => row.state === 'sending' && row.epoch === attempt.epoch,
  isStaleClaim: (sinceTakenMs: number): boolean => sinceTakenMs > sendTimeoutMs / 2,
  matchEcho,
  doubtMs,
};
export type MessageRules = typeof messageRules;
