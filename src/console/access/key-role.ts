/** What the owner of a key may do, each including the one before: read; act on messages; manage keys. */
export const keyRoles = ['analyst', 'operator', 'admin'] as const;
export type KeyRole = (typeof keyRoles)[number];

/** Whoever proved to hold a key. */
export interface Caller {
  keyId: string;
  name: string;
  role: KeyRole;
}

export function mayActAs(role: KeyRole, required: KeyRole): boolean {
  return keyRoles.indexOf(role) >= keyRoles.indexOf(required);
}
