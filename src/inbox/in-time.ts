import { AppError } from '../platform/index.js';

/** The result of `work`, or an error when it takes longer than `ms`. It goes on then, unattended, and may yet succeed. */
export async function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_done, failed) => {
    timer = setTimeout(() => failed(new AppError('upstream-unavailable', 'inbox.database-slow', `the database did not store a body in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
