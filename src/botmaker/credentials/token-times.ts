const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** When a token was issued and ends, from the claims of the JWT. A token that is not a JWT has neither, and is used as it is. */
export function tokenTimes(token: string): { issuedAt: Date | null; expiresAt: Date | null } {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { iat?: unknown; exp?: unknown };
    return { issuedAt: fromSeconds(claims.iat), expiresAt: fromSeconds(claims.exp) };
  } catch {
    return { issuedAt: null, expiresAt: null };
  }
}

/** No token of this API was issued before, or will live after: such a number is no date, and nothing is built on it. */
const firstSecond = Date.UTC(2015, 0) / 1000;
const lastSecond = Date.UTC(3000, 0) / 1000;

function fromSeconds(value: unknown): Date | null {
  return typeof value === 'number' && value > firstSecond && value < lastSecond ? new Date(value * 1000) : null;
}

/** How far Botmaker's clock and the database's may lie apart. */
const skewMs = 5 * minute;

/**
 * Whether a token may have ended: five minutes before it says so, since Botmaker's clock may be ahead of ours; for a token
 * that lives for less than an hour a twelfth of its life.
 */
export function hasEnded(now: Date, since: Date, expiresAt: Date | null): boolean {
  if (!expiresAt) return false;
  const leewayMs = Math.min(skewMs, Math.max(expiresAt.getTime() - since.getTime(), 0) / 12);
  return now.getTime() >= expiresAt.getTime() - leewayMs;
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

/** Whether a token that could not be refreshed ends so soon that a person must act. */
export function isEndNear(now: Date, since: Date, expiresAt: Date | null): boolean {
  return expiresAt !== null && isRefreshDue(now, since, expiresAt) && expiresAt.getTime() - now.getTime() < 7 * day;
}

/**
 * How long nobody asks for a new pair after the last of `failures` that failed one after another. With a token that lives
 * until `usableUntil` there is no hurry: an endpoint that fails all day must not be asked, nor fill the log, every minute.
 * Without one (null) it is asked again soon, and then ever less often.
 */
export function restMs(now: Date, usableUntil: Date | null, failures: number): number {
  if (!usableUntil) return Math.min(5 * minute, 10_000 * 2 ** Math.min(failures - 1, 10));
  return Math.max(minute / 2, Math.min(hour, (usableUntil.getTime() - now.getTime()) / 20));
}
