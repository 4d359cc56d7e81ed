import { isTransient } from '../database/transient.js';

/** What kind of thing happened. What to do about each kind stands in one table: `error-policy.ts`. */
export const errorKinds = [
  'invalid', 'unauthenticated', 'forbidden', 'not-found', 'conflict', 'rate-limited',
  'upstream-unavailable', 'upstream-rejected', 'outcome-unknown', 'shutdown', 'bug',
] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** Facts about an error that may be logged: never tokens, phone numbers or message text. */
export type ErrorDetails = Record<string, string | number | boolean | null>;

/**
 * An error that knows what happened, not what to do.
 * `code` is stable and greppable, `room.what-happened`; every code is explained in `docs/runbook.md`.
 */
export class AppError extends Error {
  readonly details: ErrorDetails;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    options: { cause?: unknown; details?: ErrorDetails } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.details = options.details ?? {};
  }
}

/** The error itself when it is ours, a database in trouble as `upstream-unavailable`, and whatever nobody classified as a `bug`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isTransient(error)) return new AppError('upstream-unavailable', 'platform.database-unavailable', 'the database could not do it now', { cause: error });
  return new AppError('bug', 'platform.unclassified', error instanceof Error ? error.message : String(error), { cause: error });
}
