import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
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

const refusals = {
  401: { code: 'webhook.token', message: 'missing or wrong auth-bm-token' },
  403: { code: 'webhook.source', message: 'this address is not allowed' },
} as const;

/** Botmaker calls with GET, without a token, when the webhook is saved [M]; nothing is read or stored then. */
const asksOnly = new Set(['GET', 'HEAD']);

const leadsIn = (request: FastifyRequest): boolean => [request.routeOptions.url, request.url].some((path) => path?.startsWith(doorPrefix));

/**
 * Puts the guards in front of the body. Nest runs its guards after the body was read and parsed; a stranger could then make
 * us read megabytes, and a broken body would be answered before anybody asked who sent it. Fastify's first hook runs before
 * either, so strangers are refused with their body unread and the connection closed.
 *
 * Which requests are meant is asked of the router as well as of the URL: `/%62otmaker/…` and `http://host/botmaker/…` lead to
 * the same controller as the plain path, and would walk past a comparison of the URL alone.
 */
export function installDoor(fastify: FastifyInstance, { tokens, sources, metrics }: DoorParts): void {
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
    if (asksOnly.has(request.method) || !leadsIn(request)) return next();
    const status = !tokens.allows(request.raw) ? 401 : !sources.allows(request.ip) ? 403 : null;
    if (status === null) return next();
    metrics.webhookRequests.inc({ status: String(status) });
    void reply.code(status).header('connection', 'close').send(refusals[status]);
  });
}
