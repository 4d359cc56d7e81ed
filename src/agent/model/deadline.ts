import { AppError } from '../../platform/index.js';

/**
 * Does work that must be over in `ms`, and whose caller may lose interest first. The signal that `work` gets ends in both
 * cases, with the reason as an AppError, and that reason is what the caller sees, whatever the work makes of its signal.
 * No AbortSignal.any or .timeout: on Node 20 what they hang on a long-lived signal stays.
 */
export async function withDeadline<T>(parent: AbortSignal, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const onAbort = (): void => ending.abort(parent.reason instanceof AppError ? parent.reason : new AppError('shutdown', 'agent.aborted', 'the turn was given up while the agent was deciding'));
  if (parent.aborted) onAbort();
  parent.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => ending.abort(new AppError('upstream-unavailable', 'agent.timeout', `the model did not answer in ${ms} ms`, { details: { timeoutMs: ms } })), ms);
  try {
    ending.signal.throwIfAborted();
    return await work(ending.signal);
  } catch (error) {
    throw ending.signal.aborted ? ending.signal.reason : error;
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', onAbort);
  }
}
