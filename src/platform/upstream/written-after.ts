import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What axios calls to make a request. */
interface HttpTransport {
  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest;
}

/**
 * Makes requests that are written when their connection stands (name look-up and TLS included) and `look` has not thrown.
 * Nothing can come between that look and the write: no wait, no other event, no pause of the process that the look would
 * have to know of. Node keeps a request's headers back until it is ended.
 */
export function writtenAfter(look: () => void): HttpTransport {
  return {
    request(options, onResponse) {
      const request = (options.protocol === 'https:' ? https : http).request(options, onResponse);
      const end = request.end.bind(request) as (...given: unknown[]) => ClientRequest;
      const write = (given: unknown[]): void => {
        if (request.destroyed) return;
        try {
          look();
        } catch (refusal) {
          request.destroy(refusal as Error);
          return;
        }
        end(...given);
      };
      request.end = ((...given: unknown[]) => {
        request.once('socket', (socket) => whenItStands(socket, () => write(given)));
        return request;
      }) as ClientRequest['end'];
      return request;
    },
  };
}

/** A connection that is used again stands already. */
function whenItStands(socket: Socket, then: () => void): void {
  if (socket.connecting) socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', then);
  else then();
}
