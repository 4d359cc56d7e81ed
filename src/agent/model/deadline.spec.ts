import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../platform/index.js';
import { withDeadline } from './deadline.js';

const untilAborted = (signal: AbortSignal): Promise<never> => new Promise((_, failed) => signal.addEventListener('abort', () => failed(new Error('some library error'))));
const open = (): AbortSignal => new AbortController().signal;

describe('a deadline', () => {
  it('lets through what is in time: results and errors', async () => {
    expect(await withDeadline(open(), 1000, () => Promise.resolve(7))).toBe(7);
    await expect(withDeadline(open(), 1000, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  it('is a timeout, whatever the work throws about it', async () => {
    await expect(withDeadline(open(), 20, untilAborted)).rejects.toMatchObject({ kind: 'upstream-unavailable', code: 'agent.timeout' });
  });

  it('tells the caller giving up from a timeout, and a deadline around it from its own', async () => {
    const caller = new AbortController();
    const working = withDeadline(caller.signal, 1000, untilAborted);
    caller.abort();
    await expect(working).rejects.toMatchObject({ kind: 'shutdown', code: 'agent.aborted' });
    const nested = withDeadline(open(), 20, (outer) => withDeadline(outer, 1000, untilAborted));
    await expect(nested).rejects.toMatchObject({ code: 'agent.timeout', details: { timeoutMs: 20 } });
  });

  it('starts nothing when the caller has already gone, and leaves no listener behind', async () => {
    let isStarted = false;
    const work = async (): Promise<void> => void (isStarted = true);
    await expect(withDeadline(AbortSignal.abort(), 1000, work)).rejects.toBeInstanceOf(AppError);
    expect(isStarted).toBe(false);
    const caller = new AbortController();
    for (let n = 0; n < 50; n++) await withDeadline(caller.signal, 1000, () => Promise.resolve());
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
  });
});
