import type { StoredEvent } from '../inbox/index.js';

/** What is known of a chat beside the events that the sweep found. */
export interface LateFacts {
  /** When a webhook last told who may speak: a variable, an operator’s line. */
  newsAt: Date | null;
  /** When the chat last got another owner. */
  ownerSince: Date | null;
  /** What the customer wrote up to here, the flow or a person has answered. */
  answeredUntil: Date | null;
}

export const nothingLate: LateFacts = { newsAt: null, ownerSince: null, answeredUntil: null };

/**
 * Whether what the sweep found is older than what we know, and must not undo it. A listing shows the chat as it was when it
 * was asked; an operator's line speaks of the time before the chat was handed over anew.
 */
export function isOvertaken({ backfill, kind, occurredAt }: StoredEvent, { newsAt, ownerSince }: LateFacts): boolean {
  if (!backfill) return false;
  const isAfter = (at: Date | null): boolean => at !== null && at > occurredAt;
  return isAfter(ownerSince) || (kind !== 'message' && isAfter(newsAt));
}

/**
 * Why a message that was found late is not answered. Not because its successor was: the agent has never read this one, and an
 * answer to the other need not have touched it.
 */
export function whyNotLate({ occurredAt }: StoredEvent, ageMs: number, { lateAnswerMaxAgeMs, late }: { lateAnswerMaxAgeMs: number; late: LateFacts }): string | null {
  if (ageMs > lateAnswerMaxAgeMs) return 'backfilled-too-old';
  return late.answeredUntil !== null && occurredAt <= late.answeredUntil ? 'answered-meanwhile' : null;
}
