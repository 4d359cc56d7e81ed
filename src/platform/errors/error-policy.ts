import type { ErrorKind } from './app-error.js';

/** What a job does about an error: try again, give up, take it as done, or give the work back uncounted. */
export type JobAction = 'retry' | 'dead' | 'acknowledge' | 'release' | 'park';

interface Policy {
  http: number;
  job: JobAction;
  level: 'debug' | 'info' | 'warn' | 'error';
}

/** The one table that says what to do about each kind of error. */
export const errorPolicy = {
  invalid: { http: 400, job: 'dead', level: 'info' },
  unauthenticated: { http: 401, job: 'dead', level: 'warn' },
  forbidden: { http: 403, job: 'dead', level: 'warn' },
  'not-found': { http: 404, job: 'dead', level: 'info' },
  conflict: { http: 409, job: 'acknowledge', level: 'debug' },
  'rate-limited': { http: 429, job: 'retry', level: 'info' },
  'upstream-unavailable': { http: 503, job: 'retry', level: 'warn' },
  'upstream-rejected': { http: 502, job: 'dead', level: 'warn' },
  'outcome-unknown': { http: 502, job: 'park', level: 'error' },
  shutdown: { http: 503, job: 'release', level: 'info' },
  bug: { http: 500, job: 'retry', level: 'error' },
} as const satisfies Record<ErrorKind, Policy>;
