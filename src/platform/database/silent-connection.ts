import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';

/** What pg keeps in a client and its types leave out. */
interface Wired {
  connection: { stream: Socket };
  /** False while an answer is awaited. */
  readyForQuery: boolean;
}

/**
 * Ends a connection on which an answer is awaited and nothing has come for `ms`: whoever waits for it learns that, and the
 * pool makes another. A server that vanished without a word (a failover, a firewall that forgot) would be waited for until
 * the kernel gives up, after a quarter of an hour. `query_timeout` of pg tells the caller, too, but puts the dead connection
 * back among the good ones. A connection on which nothing is awaited is watched by TCP's keep-alive.
 */
export function endWhenSilent(client: PoolClient, ms: number): void {
  const wired = client as unknown as Wired;
  const { stream } = wired.connection;
  stream.setTimeout(ms, () => {
    if (!wired.readyForQuery) stream.destroy(Object.assign(new Error(`the database was silent for ${ms} ms`), { code: 'ETIMEDOUT' }));
  });
}
