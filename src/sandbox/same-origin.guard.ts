import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../platform/index.js';

/**
 * Keeps the pages of other sites from playing in the sandbox behind its user's back. A browser says where a POST was made, in
 * `Origin` or in `Sec-Fetch-Site`, and no page can forge either. A caller that sends neither is no browser: a script of the
 * user's own, which needs no protection from itself.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (isFromElsewhere(request.host, request.headers)) throw new AppError('forbidden', 'sandbox.other-origin', 'the sandbox is driven from its own page only');
    return true;
  }
}

/** @param host the request's own host and port */
export function isFromElsewhere(host: string, headers: Record<string, string | string[] | undefined>): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (typeof origin === 'string' && URL.canParse(origin)) return new URL(origin).host !== host.toLowerCase();
  return site === undefined ? origin !== undefined : site !== 'same-origin';
}
