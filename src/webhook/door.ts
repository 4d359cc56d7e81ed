import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EnvelopeIntake } from '../inbox/index.js';
import type { Metrics } from '../platform/index.js';
import type { CodeActionDoor } from './code-action-door.service.js';
import type { RefusedTokens } from './refused-tokens.service.js';
import type { SourceIpGuard } from './source-ip.guard.js';
import type { WebhookTokenGuard } from './webhook-token.guard.js';

/** Every path that Botmaker calls begins with this. */
export const doorPrefix = '/botmaker/';
const webhookPath = `${doorPrefix}webhook`;
const codeActionPath = `${doorPrefix}code-action`;

interface DoorParts {
  tokens: WebhookTokenGuard;
  sources: SourceIpGuard;
  refusals: RefusedTokens;
  intake: EnvelopeIntake;
  codeActions: CodeActionDoor;
  metrics: Metrics;
}

const answers = {
  401: { code: 'webhook.token', message: 'missing or wrong auth-bm-token' },
  403: { code: 'webhook.source', message: 'this address is not allowed' },
} as const;

/** Botmaker calls with GET, without a token, when the webhook is saved [M]; nothing is read or stored then. */
const asksOnly = new Set(['GET', 'HEAD']);

/** The URL is looked at first: asking for the route's options makes an object of them for each request. */
const leadsIn = (request: FastifyRequest): boolean => request.url.startsWith(doorPrefix) || request.routeOptions.url?.startsWith(doorPrefix) === true;

/**
 * Puts the guards in front of the body. Nest runs its guards after the body was read and parsed; a stranger could then make
 * us read megabytes, and a broken body would be answered before anybody asked who sent it. Fastify's first hook runs before
 * either, so strangers are refused with their body unread and the connection closed.
 *
 * Which requests are meant is asked of the router as well as of the URL: `/%62otmaker/…` and `http://host/botmaker/…` lead to
 * the same controller as the plain path, and would walk past a comparison of the URL alone.
 */
export function installDoor(fastify: FastifyInstance, parts: DoorParts): void {
  const { tokens, sources, refusals, metrics } = parts;
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
    if (asksOnly.has(request.method) || !leadsIn(request)) return next();
    const status = !tokens.allows(request.raw) ? 401 : !sources.allows(request.ip) ? 403 : null;
    if (status === null) return next();
    if (status === 401) refusals.note();
    metrics.webhookRequests.inc({ status: String(status) });
    void reply.code(status).header('connection', 'close').send(answers[status]);
  });
  fastify.post(webhookPath, (request, reply) => acknowledge(request, reply, parts));
  fastify.post(codeActionPath, (request, reply) => parts.codeActions.answer(bytesOf(request), request.id, () => reply.raw.destroyed || request.raw.socket.destroyed));
}

const bytesOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

/**
 * Acknowledges once the body is committed or kept on disk, whatever is in it: what it means is found out later. A route of Fastify's own and
 * not of a controller, because Nest's pipeline has nothing to do here and would take a quarter of the time.
 */
async function acknowledge(request: FastifyRequest, reply: FastifyReply, { intake, metrics }: DoorParts): Promise<FastifyReply> {
  const stop = metrics.webhookSeconds.startTimer();
  let status = '503';
  try {
    await intake.accept({ door: 'webhook', body: bytesOf(request), correlationId: request.id });
    status = '200';
  } finally {
    metrics.webhookRequests.inc({ status });
    stop();
  }
  return reply.header('content-type', 'application/json; charset=utf-8').send('{"ok":true}');
}
