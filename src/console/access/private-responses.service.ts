import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** Nothing is loaded but our own style sheet and images, nothing frames us, and forms go home. */
const contentSecurityPolicy = [
  "default-src 'none'", "style-src 'self'", "img-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "object-src 'none'",
].join('; ');

const guarded = /^\/(api\/v\d+|console)([/?]|$)/;

/** Puts the security headers on every answer of the console and the API, refusals and 404 included. */
@Injectable()
export class PrivateResponses implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    // A process without doors (worker, command line) has no adapter.
    const instance = this.adapterHost.httpAdapter?.getInstance<FastifyInstance>();
    instance?.addHook('onSend', async (request, reply) => {
      if (!guarded.test(request.url)) return;
      void reply.headers({
        'content-security-policy': contentSecurityPolicy,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        // `no-referrer` would make browsers hide the origin of our own forms, which the check against forged ones needs.
        'referrer-policy': request.url.startsWith('/console') ? 'same-origin' : 'no-referrer',
      });
      if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    });
  }
}
