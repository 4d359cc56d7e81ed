import { fastifyCookie } from '@fastify/cookie';
import { sessionHours } from './console-sessions.service.js';

/** What of a request decides about its session cookie. */
export interface CookieRequest {
  protocol: string;
  headers: { cookie?: string | undefined };
}

const plainName = 'console_session';
/** A browser takes a `__Host-` cookie only over TLS, for the whole host and from nobody but the host itself. */
const hostName = `__Host-${plainName}`;

/** Behind a proxy that we don't trust a request looks like plain HTTP; production is served over TLS in any case. */
const isSecure = (request: CookieRequest, production: boolean): boolean => production || request.protocol === 'https';

export function sessionTokenOf(request: CookieRequest, production: boolean): string | null {
  const cookies = fastifyCookie.parse(request.headers.cookie ?? '');
  return cookies[isSecure(request, production) ? hostName : plainName] ?? null;
}

/** The value of `Set-Cookie` that begins a session, or ends it when there is no token. */
export function sessionCookie(request: CookieRequest, production: boolean, token: string | null): string {
  const secure = isSecure(request, production);
  return fastifyCookie.serialize(secure ? hostName : plainName, token ?? '', {
    path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: token === null ? 0 : sessionHours * 3600,
  });
}
