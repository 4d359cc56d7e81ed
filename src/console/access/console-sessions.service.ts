import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/index.js';
import { ApiKeys, configuredKeyId, sha256 } from './api-keys.service.js';
import type { Caller, KeyRole } from './key-role.js';

export const sessionHours = 12;

/**
 * Browsers signed in to the console. The cookie holds 256 random bits, the table their hash.
 * Every request looks the session up with its key, so a logout, a revoked key or a changed `ADMIN_API_KEY` counts at once.
 */
@Injectable()
export class ConsoleSessions {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeys,
  ) {}

  /** Signs in with a key; ends the session `replaced` that the browser had before. Null when the key is no good. */
  async open(key: string, replaced: string | null): Promise<string | null> {
    const caller = await this.keys.identify(key);
    if (!caller) return null;
    const token = randomBytes(32).toString('base64url');
    await this.database.inTransaction(async (tx) => {
      await tx.$executeRaw`DELETE FROM console_session WHERE expires_at < now() OR token_hash = ${sha256(replaced ?? '')}`;
      if (caller.keyId === configuredKeyId) await this.keepConfiguredKey(tx);
      await tx.$executeRaw`
        INSERT INTO console_session (token_hash, api_key_id, expires_at)
        VALUES (${sha256(token)}, ${caller.keyId}::uuid, now() + make_interval(hours => ${sessionHours}::int))`;
    });
    return token;
  }

  async find(token: string): Promise<Caller | null> {
    const [row] = await this.database.prisma.$queryRaw<{ keyId: string; name: string; role: KeyRole; keyHash: Uint8Array }[]>`
      SELECT k.id AS "keyId", k.name, k.role, k.key_hash AS "keyHash"
      FROM console_session s JOIN api_key k ON k.id = s.api_key_id
      WHERE s.token_hash = ${sha256(token)} AND s.expires_at > now() AND k.revoked_at IS NULL`;
    if (!row) return null;
    if (row.keyId === configuredKeyId && !this.keys.configuredKeyMark().equals(row.keyHash)) return null;
    return { keyId: row.keyId, name: row.name, role: row.role };
  }

  async close(token: string): Promise<void> {
    await this.database.prisma.consoleSession.deleteMany({ where: { tokenHash: sha256(token) } });
  }

  /** The configured key has no row until it signs in. When the key was changed, the sessions of the old one end here. */
  private async keepConfiguredKey(tx: Tx): Promise<void> {
    const mark = this.keys.configuredKeyMark();
    await tx.$executeRaw`DELETE FROM console_session s USING api_key k WHERE k.id = s.api_key_id AND k.id = ${configuredKeyId}::uuid AND k.key_hash <> ${mark}`;
    await tx.$executeRaw`
      INSERT INTO api_key (id, name, role, key_hash, last_used_at) VALUES (${configuredKeyId}::uuid, 'ADMIN_API_KEY', 'admin', ${mark}, now())
      ON CONFLICT (id) DO UPDATE SET key_hash = excluded.key_hash, last_used_at = now()`;
  }
}
