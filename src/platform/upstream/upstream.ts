import { AppError, type ErrorKind } from '../errors/app-error.js';

/**
 * What we depend on across a network. Each has a breaker and a retry budget of its own, so that a trouble of one is not
 * taken for a trouble of another: "typing" that fails must not keep an answer from being sent.
 */
export const upstreamNames = ['botmaker-send', 'botmaker-chat', 'botmaker-listing', 'botmaker-typing', 'botmaker-setup', 'botmaker-refresh', 'model'] as const;
export type UpstreamName = (typeof upstreamNames)[number];

const failureKinds: ReadonlySet<ErrorKind> = new Set(['upstream-unavailable', 'outcome-unknown']);

/**
 * Whether an error says that the dependency fails. An open outcome does: it gave no answer. A refusal does not, whatever it
 * refuses (content, token, rate): who refuses is well. Neither does what came before it was asked at all.
 */
export function isFailure(error: unknown): boolean {
  return error instanceof AppError && failureKinds.has(error.kind) && wasCalled(error);
}

/**
 * Whether an error came before anything was asked of the dependency: such an attempt is none, and counts neither towards
 * the attempts of a message nor against the retry budget. Whoever throws one says so with `called: false` in its details.
 */
export function wasCalled(error: AppError): boolean {
  return error.details['called'] !== false;
}

/** How long after which the work is worth another look, in milliseconds, when the error says so; otherwise 0. */
export function retryInMs(error: AppError): number {
  const given = error.details['retryInMs'];
  return typeof given === 'number' ? given : 0;
}
