import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { leaveBodiesUnread, tellToGoOn } from './unread-bodies.js';

type Done = (error: Error | null, body?: unknown) => void;

/** The largest body that a page or a call of ours sends is a few hundred bytes. */
const jsonLimit = 16 * 1024;
/** Fields that a careless merge would write into every object of the program. */
const dangerous = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * How bodies are read. Below `raw.prefix` they stay bytes, whatever their type says and however broken they are, cut at
 * `raw.limit`: Botmaker's breaker counts every answer that is not 200 and then drops everybody's messages [O], so the body of a
 * webhook is never a reason to refuse it. Elsewhere it is JSON or a form, at most 16 KiB, and where nobody answers it stays unread.
 */
export function installBodyParsers(fastify: FastifyInstance, raw: { prefix: string; limit: number }): void {
  leaveBodiesUnread(fastify);
  const isBelow = (request: FastifyRequest): boolean => request.routeOptions.url?.startsWith(raw.prefix) ?? false;
  fastify.addHook('onRequest', (request, _reply, next) => {
    // Fastify refuses a media type that it can't read before any parser is asked; below the prefix the type decides nothing.
    if (isBelow(request)) delete request.raw.headers['content-type'];
    next();
  });
  const parser = (parse: (bytes: Buffer) => unknown) => (request: FastifyRequest, payload: IncomingMessage, done: Done) => {
    const isRaw = isBelow(request);
    if (request.is404) return done(null, undefined);
    readBody(payload, isRaw ? raw.limit : jsonLimit, isRaw).then(
      (bytes) => (isRaw ? done(null, bytes) : settle(() => parse(bytes), done)),
      (error: Error) => done(error),
    );
  };
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/x-www-form-urlencoded', parser((bytes) => Object.fromEntries(new URLSearchParams(bytes.toString('utf8')))));
  fastify.addContentTypeParser('*', parser(parseJson));
}

function settle(parse: () => unknown, done: Done): void {
  try {
    done(null, parse());
  } catch {
    done(refusal(400, 'the body is not valid JSON'));
  }
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  return JSON.parse(bytes.toString('utf8'), (key, value: unknown) => (dangerous.has(key) ? undefined : value));
}

const refusal = (statusCode: number, message: string): Error => Object.assign(new Error(message), { statusCode });

/** Reads at most `limit` bytes. With `isCut` the rest is drained and dropped; without, a longer body is refused as soon as that is known. */
function readBody(stream: IncomingMessage, limit: number, isCut: boolean): Promise<Buffer> {
  return new Promise((done, failed) => {
    const tooLarge = (): void => failed(refusal(413, `the body is larger than ${limit} bytes`));
    if (!isCut && Number(stream.headers['content-length'] ?? 0) > limit) return tooLarge();
    tellToGoOn(stream);
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      if (size < limit) chunks.push(chunk.subarray(0, limit - size));
      size += chunk.length;
      if (size > limit && !isCut) tooLarge();
    });
    stream.once('end', () => done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    stream.once('error', failed);
    // Every stream closes: the error, whose stack is dear, is only made for one that ended early.
    stream.once('close', () => {
      if (!stream.readableEnded) failed(refusal(400, 'the caller went away'));
    });
  });
}
