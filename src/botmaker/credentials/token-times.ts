const hour = 3_600_000;
const day = 24 * hour;
export const shortestRestMs = 30_000;

/** When a token was issued and ends, from the claims of the JWT. A token that is not a JWT has neither, and is used as it is. */
export function tokenTimes(token: string): { issuedAt: Date | null; expiresAt: Date | null } {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { iat?: unknown; exp?: unknown };
    return { issuedAt: fromSeconds(claims.iat), expiresAt: fromSeconds(claims.exp) };
  } catch {
    return { issuedAt: null, expiresAt: null };
  }
}

/** An absurd number is no date: a schedule must not be built on it. */
function fromSeconds(value: unknown): Date | null {
  return typeof value === 'number' && value > 0 && value < 32_503_680_000 ? new Date(value * 1000) : null;
}

/**
 * Whether it is time to refresh: the last fifth of the token's life, at most 30 days before its end. Tokens are documented
 * to live 5 years [O]; the fifth keeps the rule sensible for shorter ones. `since` is when the token was issued or stored.
 */
export function isRefreshDue(now: Date, since: Date, expiresAt: Date | null): boolean {
  if (!expiresAt) return false;
  const ahead = Math.min(30 * day, (expiresAt.getTime() - since.getTime()) / 5);
  return now.getTime() >= expiresAt.getTime() - Math.max(ahead, 0);
}

/**
 * How long after a request for a new pair nobody makes another one. Botmaker allows 3 a minute [O]. While the token still
 * lives for long there is no hurry: an endpoint that fails all day must not be asked, nor fill the log, every minute.
 */
export function restMs(now: Date, expiresAt: Date): number {
  return Math.max(shortestRestMs, Math.min(hour, (expiresAt.getTime() - now.getTime()) / 20));
}
