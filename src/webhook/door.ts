import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MAX_BODY_BYTES } from '../botmaker/index.js';
import type { Metrics } from '../platform/index.js';
import type { SourceIpGuard } from './source-ip.guard.js';
import type { WebhookTokenGuard } from './webhook-token.guard.js';

/** Every path that Botmaker calls begins with this. */
export const doorPrefix = '/botmaker/';

interface DoorParts {
  tokens: WebhookTokenGuard;
  sources: SourceIpGuard;
  metrics: Metrics;
}

/**
 * Puts the guards in front of the body. Nest runs its guards after the body was read and parsed; a stranger could then make
 * us read megabytes, and a broken body would be answered 400 before anybody asked who sent it. Fastify's first hook runs
 * before either, so strangers are refused with their body unread and the connection closed.
 */
export function installDoor(fastify: FastifyInstance, { tokens, sources, metrics }: DoorParts): void {
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
    if (request.method !== 'POST' || !request.url.startsWith(doorPrefix)) return next();
    const refusal = !tokens.allows(request.raw) ? 401 : !sources.allows(request.ip) ? 403 : null;
    if (refusal === null) return next();
    metrics.webhookRequests.inc({ status: String(refusal) });
    void reply.code(refusal).header('connection', 'close').send({ code: refusal === 401 ? 'webhook.token' : 'webhook.source', message: refusal === 401 ? 'missing or wrong auth-bm-token' : 'address not allowed' });
  });
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', parseBody);
  fastify.addContentTypeParser('*', parseBody);
}

/** Bodies for the doors stay bytes, whatever their type says; everything else is JSON, at most 64 KiB. */
function parseBody(request: FastifyRequest, payload: IncomingMessage, done: (error: Error | null, body?: unknown) => void): void {
  const isDoor = request.url.startsWith(doorPrefix);
  readUpTo(payload, isDoor ? MAX_BODY_BYTES + 1 : 64 * 1024).then(
    (bytes) => (isDoor ? done(null, bytes) : parseJson(bytes, done)),
    (error: Error) => done(error),
  );
}

function parseJson(bytes: Buffer, done: (error: Error | null, body?: unknown) => void): void {
  if (bytes.length === 0) return done(null, undefined);
  try {
    done(null, JSON.parse(bytes.toString('utf8'), (key, value: unknown) => (key === '__proto__' ? undefined : value)));
  } catch {
    done(Object.assign(new Error('the body is not valid JSON'), { statusCode: 400 }));
  }
}

/**
 * Reads at most `limit` bytes. What comes after is drained, not kept: the answer to a body that is too large is still 200,
 * because Botmaker's breaker counts every other answer and then drops messages of everybody [O].
 */
function readUpTo(stream: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((done, failed) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      if (size < limit) chunks.push(chunk.subarray(0, limit - size));
      size += chunk.length;
    });
    stream.once('end', () => done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    stream.once('error', failed);
    stream.once('aborted', () => failed(Object.assign(new Error('the caller went away'), { statusCode: 400 })));
  });
}
