import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const FIVE_YEARS_S = 5 * 365 * 24 * 3600;

/** A Botmaker id: 20 characters `[A-Z0-9]` for chats, messages and transactions [M]. */
export function newId(length = 20): string {
  let id = '';
  while (id.length < length) id += ALPHABET[randomInt(ALPHABET.length)];
  return id;
}

/**
 * A token as seen in the wild: HS512 header, claims `businessId,name,api,id,exp,jti`, `exp` (seconds) five years ahead [M].
 * The signature is random: nobody can verify it, and the receiver must treat the token as opaque.
 */
export function newJwt(businessId: string, name: string, at: Date): string {
  const exp = Math.floor(at.getTime() / 1000) + FIVE_YEARS_S;
  const claims = { businessId, name, api: true, id: newId(), exp, jti: randomUUID() };
  return [encode({ alg: 'HS512' }), encode(claims), randomBytes(64).toString('base64url')].join('.');
}

/** Expiry of a JWT, or null when the token carries none that can be read (then it never expires here). */
export function expiryOf(token: string): Date | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof exp === 'number' ? new Date(exp * 1000) : null;
  } catch {
    return null;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
