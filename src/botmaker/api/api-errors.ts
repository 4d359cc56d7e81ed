import { AppError, type ErrorKind } from '../../platform/index.js';

/** The connection never stood, so nothing was written: surely not sent. */
const neverWritten = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ERR_INVALID_URL']);
const certificateTrouble = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/**
 * A call that got no answer. For an operation whose effect the customer sees, anything after the connection stood
 * (time-out, reset) leaves the outcome unknown: retrying it could show the same answer twice.
 */
export function transportProblem(operation: string, visible: boolean, cause: unknown): AppError {
  const { code: given, beforeConnection } = cause as { code?: unknown; beforeConnection?: unknown };
  const code = String(given ?? 'unknown');
  const details = { operation, network: code };
  if (beforeConnection === true || neverWritten.has(code) || certificateTrouble.test(code)) {
    return new AppError('upstream-unavailable', 'botmaker.unreachable', 'Botmaker could not be reached', { details });
  }
  if (visible) return new AppError('outcome-unknown', 'botmaker.outcome-unknown', 'no answer from Botmaker: the call may have had its effect', { details });
  return new AppError('upstream-unavailable', 'botmaker.no-answer', 'Botmaker did not answer', { details });
}

const byStatus: Partial<Record<number, [ErrorKind, string]>> = {
  400: ['upstream-rejected', 'botmaker.rejected'],
  401: ['unauthenticated', 'botmaker.token-refused'],
  403: ['forbidden', 'botmaker.forbidden'],
  404: ['not-found', 'botmaker.not-found'],
  429: ['rate-limited', 'botmaker.rate-limited'],
};

/**
 * What is wrong with an answer, or null. Any 2xx is a success: the contract says 202, the help pages say 200 [O conflict].
 * A 5xx, or a 2xx that is a web page (a proxy on the way), may or may not have reached Botmaker.
 */
export function answerProblem(operation: string, visible: boolean, answer: { status: number; body: unknown }, contentType: string): AppError | null {
  const { status } = answer;
  const details = { operation, httpStatus: status, errorTypes: errorTypes(answer.body) };
  const isPage = contentType.includes('text/html');
  if (status >= 200 && status < 300 && !isPage) return null;
  const known = byStatus[status];
  if (known && !isPage) return new AppError(known[0], known[1], `Botmaker answered ${status}`, { details });
  const surelyRefused = status >= 402 && status < 500 && !isPage;
  if (surelyRefused) return new AppError('upstream-rejected', 'botmaker.rejected', `Botmaker answered ${status}`, { details });
  if (visible) return new AppError('outcome-unknown', 'botmaker.outcome-unknown', `Botmaker answered ${status}: the call may have had its effect`, { details });
  return new AppError('upstream-unavailable', 'botmaker.unavailable', `Botmaker answered ${status}`, { details });
}

/** Only the `type` of each error is kept: `message` may quote what we sent. */
function errorTypes(body: unknown): string | null {
  const errors = (body as { errors?: unknown } | null)?.errors;
  if (!Array.isArray(errors)) return null;
  return errors.map((error: { type?: unknown }) => String(error?.type ?? '?').slice(0, 40)).join(',').slice(0, 200);
}
