import { errorPolicy, type ErrorKind } from '../platform/index.js';

/** What became of an attempt. */
export type Outcome =
  | { kind: 'accepted'; httpStatus: number; notificationId: string | null; ms: number }
  /** `wasCalled` is false when Botmaker was not asked at all: such an attempt is not counted. */
  | { kind: 'retrying'; code: string; httpStatus: number | null; inMs: number; wasCalled: boolean }
  | { kind: 'rejected'; code: string; httpStatus: number | null }
  | { kind: 'in-doubt'; code: string; httpStatus: number | null; holdMs: number };

export interface Failure {
  kind: ErrorKind;
  code: string;
  httpStatus: number | null;
  /** False when Botmaker was not asked at all: it rests, or there were too many retries lately. */
  wasCalled: boolean;
  /** The soonest that asking again makes sense, in milliseconds from now; 0 when nothing is known of it. */
  notBeforeMs: number;
}

/** How long a message that was surely not sent is tried again: an answer that comes later helps nobody. */
export const tryForMs = 15 * 60_000;

const firstRetryMs = 1000;
const longestRetryMs = 60_000;

/**
 * What a failed attempt leads to. What was surely not sent is tried again; everything that may have been sent is held for
 * `doubtMs`, counted from the claim; unless doing it twice is `isHarmless`. `random` is in [0, 1).
 */
export function afterAttempt({ plannedMs, attempt, isHarmless = false }: { plannedMs: number; attempt: number; isHarmless?: boolean }, failure: Failure, doubtMs: number, random: number): Outcome {
  const { kind, code, httpStatus, wasCalled } = failure;
  // An error that nobody classified may have come after the request was written.
  const isInDoubt = kind === 'outcome-unknown' || kind === 'bug';
  if (isInDoubt && !isHarmless) return { kind: 'in-doubt', code, httpStatus, holdMs: doubtMs };
  // A refused token is no fault of the message: it waits for the token to be mended.
  const isWorthTrying = isInDoubt || errorPolicy[kind].job === 'retry' || kind === 'unauthenticated';
  if (isWorthTrying && plannedMs < tryForMs) {
    // Spread over twice the rest: not everything that waited for Botmaker comes back at one moment.
    const inMs = Math.max(retryDelayMs(attempt, random), failure.notBeforeMs * (1 + random));
    return { kind: 'retrying', code, httpStatus, inMs: Math.round(inMs), wasCalled };
  }
  return { kind: 'rejected', code, httpStatus };
}

/** Exponential backoff with full jitter in its upper half; `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
