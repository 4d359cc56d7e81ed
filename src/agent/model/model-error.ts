import { AppError } from '../../platform/index.js';
import { causes } from './garbage-reply.js';

/**
 * Says what a failed call to the model was. The library's own error is left behind on purpose: its text quotes the
 * provider, and providers quote keys and prompts. What remains is the status and the names of the errors. An error of our own
 * is itself, however deep the library wrapped it.
 */
export function toModelError(error: unknown): AppError {
  const ours = causes(error).find((cause) => cause instanceof AppError);
  if (ours) return ours;
  const status = numberAt(error, 'status') ?? numberAt(error, 'statusCode');
  const details: AppError['details'] = { status: status ?? null, error: nameOf(error), system: systemCode(error) };
  if (status === 429) return new AppError('rate-limited', 'agent.rate-limited', 'the model provider limits our rate', { details: { ...details, retryAfterMs: retryAfterMs(error) } });
  if (status === 401 || status === 403) return new AppError('forbidden', 'agent.key-refused', 'the model provider refuses our key', { details });
  if (status !== undefined && status >= 400 && status < 500 && status !== 408) {
    return new AppError('upstream-rejected', 'agent.request-refused', `the model provider refuses the request (${status})`, { details });
  }
  if (details['error'] === 'TimeoutError') return new AppError('upstream-unavailable', 'agent.timeout', 'the model did not answer in time', { details });
  return new AppError('upstream-unavailable', 'agent.unavailable', 'the model provider can not be reached or is failing', { details });
}

function numberAt(error: unknown, field: string): number | undefined {
  const value = typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[field] : undefined;
  return typeof value === 'number' ? value : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? (error.name === 'Error' ? error.constructor.name : error.name) : typeof error;
}

/** `ECONNREFUSED` and the like, from wherever in the chain of causes it stands. */
function systemCode(error: unknown): string | null {
  const codes = causes(error).map((cause) => (cause as { code?: unknown }).code);
  return codes.find((code): code is string => typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)) ?? null;
}

function retryAfterMs(error: unknown): number | null {
  const headers = (error as { headers?: unknown }).headers;
  const value = headers instanceof Headers ? headers.get('retry-after') : null;
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : null;
}
