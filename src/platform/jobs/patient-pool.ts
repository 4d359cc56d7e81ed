import type { Pool, PoolClient } from 'pg';
import { isTransient } from '../database/transient.js';

/** One of the codes for which graphile-worker tries again: after some seconds, then less and less often, a hundred times. */
const triedAgain = 'ETIMEDOUT';

/** Whoever still tries when the pool has been ended, on the way out of the process, waits for that end and breaks nothing. */
const never = new Promise<never>(() => undefined);

/**
 * Makes a pool one that graphile-worker is patient with. It does not wait for the end of a job to be noted; when that fails,
 * nobody catches the rejection, and the process ends: a worker in a busy minute, and the door with it in the role `all`. It
 * tries again for a few error codes only, none of which a server has that is just being restarted. So each error of a
 * database in trouble gets one of those codes. Fetching jobs is not slowed down: that is tried again at the next poll.
 */
export function patient(pool: Pool): Pool {
  const connect = pool.connect.bind(pool) as (...given: unknown[]) => Promise<PoolClient> | undefined;
  pool.connect = ((...given: unknown[]) => (pool.ending ? never : connect(...given)?.catch(rethrow))) as Pool['connect'];
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    client.query = ((...given: unknown[]) => {
      const result = query(...given);
      return result instanceof Promise ? result.catch(rethrow) : result;
    }) as PoolClient['query'];
  });
  return pool;
}

function rethrow(error: unknown): never {
  if (isTransient(error)) Object.assign(error as Error, { sqlState: (error as { code?: unknown }).code, code: triedAgain });
  throw error;
}
