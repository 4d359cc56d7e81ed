import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long a connection that we end stays half open, so that the caller can read the answer. */
const farewellMs = 1000;

/** Who asked whether to send the body, and has heard nothing yet. */
const asking = new WeakMap<IncomingMessage, ServerResponse>();

/**
 * An answer that is given before the body has been read ends the connection, and not one byte more is read. Node itself would
 * go on reading to throw the rest away, for as long as the caller cares to send: that is how a stranger with a wrong token
 * makes a server read 50 MiB.
 *
 * `Expect: 100-continue` is answered when the body is asked for and not before, so that who is refused needn't send it. Other
 * expectations are passed over: Node would answer 417 before anybody looked at the token.
 */
export function leaveBodiesUnread(fastify: FastifyInstance): void {
  const { server } = fastify;
  server.on('checkContinue', (request, response) => {
    asking.set(request, response);
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  fastify.addHook('onSend', (request, reply, _payload, next) => {
    if (isUnread(request.raw)) {
      void reply.header('connection', 'close');
      stopReading(request.raw.socket);
    }
    next();
  });
}

/** To be said before the body is read. */
export function tellToGoOn(request: IncomingMessage): void {
  asking.get(request)?.writeContinue();
}

/** A request without a body isn't complete either while its header is being handled; one that never was on a wire does not say. */
function isUnread({ complete, headers }: IncomingMessage): boolean {
  return complete === false && (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0');
}

/** Reads nothing more of the connection; the answer that is being written is its last. */
export function stopReading(socket: Socket): void {
  socket.pause();
  // Whoever wants the rest of the body (Node does, to drop it) finds the socket paused again before anything was read.
  socket.on('resume', () => socket.pause());
  // To close over bytes that nobody has read is to reset the connection, and a reset may overtake the answer.
  socket.destroySoon = () => {
    socket.end();
    const farewell = setTimeout(() => socket.destroy(), farewellMs).unref();
    socket.once('close', () => clearTimeout(farewell));
  };
}
