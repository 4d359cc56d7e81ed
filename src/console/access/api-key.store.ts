import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/index.js';
import type { Caller, KeyRole } from './key-role.js';

export interface StoredKey {
  id: string;
  name: string;
  role: KeyRole;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const shown = { id: true, name: true, role: true, createdAt: true, lastUsedAt: true, revokedAt: true } as const;
/** The check constraint `api_key_role` keeps the column to the three roles. */
const withRole = <T extends { role: string }>(row: T): T & { role: KeyRole } => row as T & { role: KeyRole };

/** The table of API keys. It sees hashes only, never a key. */
@Injectable()
export class ApiKeyStore {
  constructor(private readonly database: Database) {}

  async insert(key: { id: string; name: string; role: KeyRole; keyHash: Uint8Array<ArrayBuffer> }): Promise<void> {
    await this.database.prisma.apiKey.create({ data: key });
  }

  /** Newest first. Keys are made by hand: there are tens, not thousands. */
  async list(): Promise<StoredKey[]> {
    const rows = await this.database.prisma.apiKey.findMany({ select: shown, orderBy: { createdAt: 'desc' }, take: 500 });
    return rows.map(withRole);
  }

  /** The key with this hash that is still in force, and notes its use, at most once a minute. */
  async use(keyHash: Uint8Array<ArrayBuffer>): Promise<Caller | null> {
    const { prisma } = this.database;
    const row = await prisma.apiKey.findFirst({ where: { keyHash, revokedAt: null }, select: shown });
    if (!row) return null;
    const minuteAgo = new Date(Date.now() - 60_000);
    if (row.lastUsedAt === null || row.lastUsedAt < minuteAgo) {
      await prisma.$executeRaw`
        UPDATE api_key SET last_used_at = now() WHERE id = ${row.id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`;
    }
    const { id: keyId, name, role } = withRole(row);
    return { keyId, name, role };
  }

  /** Revokes for good and ends the key's browser sessions; false when there is no such key in force. */
  async revoke(id: string): Promise<boolean> {
    return this.database.inTransaction(async (tx) => {
      const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
      await tx.consoleSession.deleteMany({ where: { apiKeyId: id } });
      return count === 1;
    });
  }
}
