import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { stopReading } from './unread-bodies.js';

/** The newest request of each connection. */
const newest = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();

export function noteRequests({ server }: FastifyInstance): void {
  server.on('request', (request, response) => newest.set(request.socket, { request, response }));
}

const statuses: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * What the parser can't read, or what didn't arrive in time, is refused and ends the connection. A good request that came
 * before it on the same connection is answered first: garbage behind a body (a length that is too short) is no reason to leave
 * a webhook that was stored without its 200.
 */
export function refuseBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { request, response } = newest.get(socket) ?? {};
  if (request?.complete && response && !response.headersSent) {
    response.setHeader('connection', 'close');
    return stopReading(socket);
  }
  const status = statuses[error.code ?? ''] ?? 400;
  if (socket.writable) socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  socket.destroy(error);
}
