import type { Agent } from 'node:http';
import { TLSSocket } from 'node:tls';

/** How a connection that did not stand in time fails. */
const deadlineCode = 'ERR_CONNECT_DEADLINE';

/**
 * Tells what failed before a connection stood (name look-up and TLS included) from what failed after: nothing was written
 * before, so nothing was sent. Such errors are marked `beforeConnection`. A connection that does not stand within `ms` is
 * one of them: a request's own time limit only runs once it stands, and the system's takes two minutes.
 */
export function withConnectDeadline<A extends Agent>(agent: A, ms: number): A {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback);
    if (!socket) return socket;
    const mark = (error: Error): void => void Object.assign(error, { beforeConnection: true });
    const timer = setTimeout(() => socket.destroy(Object.assign(new Error('the connection did not stand in time'), { code: deadlineCode })), ms);
    socket.once('error', mark);
    socket.once('close', () => clearTimeout(timer));
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', mark);
    });
    return socket;
  };
  return agent;
}
