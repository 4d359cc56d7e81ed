import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { AppError, ConsoleConfig } from '../../platform/index.js';
import { ApiKeyStore, type StoredKey } from './api-key.store.js';
import type { Caller, KeyRole } from './key-role.js';

/** A key at its birth: the only time its text is known. */
export interface NewApiKey {
  id: string;
  name: string;
  role: KeyRole;
  key: string;
}

/** The id under which the key of the configuration (`ADMIN_API_KEY`) acts. It is no row that anybody can present. */
export const configuredKeyId = '00000000-0000-0000-0000-000000000000';

const longest = 512;

/** A key has 256 random bits of its own, so one round of SHA-256 is enough to keep it, and there is nothing to guess. */
export const sha256 = (text: string): Buffer<ArrayBuffer> => Buffer.from(createHash('sha256').update(text).digest());

/** Keys for the analyst API and the console. */
@Injectable()
export class ApiKeys {
  private readonly adminHash: Buffer;

  constructor(
    private readonly store: ApiKeyStore,
    config: ConsoleConfig,
  ) {
    this.adminHash = sha256(config.adminApiKey.reveal());
  }

  async create(name: string, role: KeyRole): Promise<NewApiKey> {
    const id = v7();
    const key = `bma_${randomBytes(32).toString('base64url')}`;
    await this.store.insert({ id, name, role, keyHash: sha256(key) });
    return { id, name, role, key };
  }

  list(): Promise<StoredKey[]> {
    return this.store.list();
  }

  /** Throws `not-found` for a key that is unknown or revoked already. */
  async revoke(id: string): Promise<void> {
    if (id === configuredKeyId) throw new AppError('conflict', 'console.key-configured', 'this key comes from the configuration: change ADMIN_API_KEY');
    const revoked = await this.store.revoke(id);
    if (!revoked) throw new AppError('not-found', 'console.key-unknown', 'there is no such key in force');
  }

  /** Who holds this key; null for a key that is unknown, revoked or no key at all. */
  async identify(key: string): Promise<Caller | null> {
    if (key.length === 0 || key.length > longest) return null;
    const hash = sha256(key);
    // Hashes have one length, so the comparison can't throw, and what it takes says nothing about the key.
    if (timingSafeEqual(hash, this.adminHash)) return { keyId: configuredKeyId, name: 'ADMIN_API_KEY', role: 'admin' };
    return this.store.use(hash);
  }

  /**
   * What stands in `api_key.key_hash` for the configured key, so that its sessions end when the configuration changes.
   * One byte longer than the hash of a key, so that no key can ever be looked up by it.
   */
  configuredKeyMark(): Buffer<ArrayBuffer> {
    return Buffer.concat([Buffer.of(0), sha256(this.adminHash.toString('hex'))]);
  }
}
