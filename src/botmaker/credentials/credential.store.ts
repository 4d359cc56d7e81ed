import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { BotmakerConfig, Database, type Tx } from '../../platform/index.js';
import { Cipher } from './cipher.js';
import { tokenTimes } from './token-times.js';

/** What a token pair consists of, as it is sealed. `refreshToken` is null when only an access token was configured. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string | null;
}

export interface StoredCredential extends TokenPair {
  version: number;
  expiresAt: Date | null;
  /** When the token was issued, or stored when it does not say. */
  since: Date;
  /** Whether the environment still holds what this row was first made from. */
  sameBootstrap: boolean;
}

/** A credential whose row is held. `askedMsAgo` tells how long ago any replica last asked for a new pair, by the database's clock. */
export interface LockedCredential extends StoredCredential {
  askedMsAgo: number;
}

const identity = (version: number): string => `credential:1:${version}`;

/** The single row that holds the pair in force, sealed. */
@Injectable()
export class CredentialStore {
  private readonly cipher: Cipher;
  private readonly bootstrapMac: Uint8Array<ArrayBuffer>;

  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    config: BotmakerConfig,
  ) {
    this.cipher = new Cipher(config.encryptionKey.reveal());
    this.bootstrapMac = new Uint8Array(this.cipher.fingerprint(`${config.accessToken.reveal()} ${config.refresh?.refreshToken.reveal() ?? ''}`));
  }

  async read(): Promise<StoredCredential | null> {
    return this.opened(await this.database.prisma.credential.findUnique({ where: { id: 1 } }));
  }

  /** Reads the row and holds it until the transaction ends: two replicas can't refresh at once. */
  async lock(tx: Tx): Promise<LockedCredential | null> {
    await tx.$queryRaw`SELECT id FROM credential WHERE id = 1 FOR UPDATE`;
    const [asked] = await tx.$queryRaw<{ msAgo: number | null }[]>`
      SELECT (extract(epoch FROM clock_timestamp() - checked_at) * 1000)::float8 AS "msAgo" FROM credential WHERE id = 1`;
    const stored = this.opened(await tx.credential.findUnique({ where: { id: 1 } }));
    return stored && { ...stored, askedMsAgo: asked?.msAgo ?? Infinity };
  }

  /** Notes that a new pair is being asked for, whatever comes of it. */
  async noteAsked(tx: Tx): Promise<void> {
    await tx.$executeRaw`UPDATE credential SET checked_at = clock_timestamp() WHERE id = 1`;
  }

  /** Stores both tokens together, as the version after `previous`. */
  async save(tx: Tx, previous: number, pair: TokenPair, source: 'environment' | 'refresh'): Promise<number> {
    const version = previous + 1;
    const times = tokenTimes(pair.accessToken);
    const row = {
      version,
      source,
      sealed: new Uint8Array(this.cipher.seal(JSON.stringify(pair), identity(version))),
      bootstrapMac: this.bootstrapMac,
      issuedAt: times.issuedAt,
      expiresAt: times.expiresAt,
      updatedAt: new Date(),
    };
    await tx.credential.upsert({ where: { id: 1 }, create: { id: 1, ...row }, update: row });
    await this.log.append(tx, source === 'refresh' ? { type: 'token.refreshed', detail: { version } } : { type: 'token.stored', detail: { version, source } });
    return version;
  }

  async noteFailure(tx: Tx, code: string): Promise<void> {
    await this.log.append(tx, { type: 'token.refresh-failed', detail: { code } });
  }

  private opened(row: { version: number; sealed: Uint8Array; bootstrapMac: Uint8Array; issuedAt: Date | null; expiresAt: Date | null; updatedAt: Date } | null): StoredCredential | null {
    if (!row) return null;
    const pair = JSON.parse(this.cipher.open(row.sealed, identity(row.version))) as TokenPair;
    return {
      ...pair,
      version: row.version,
      expiresAt: row.expiresAt,
      since: row.issuedAt ?? row.updatedAt,
      sameBootstrap: Buffer.from(row.bootstrapMac).equals(Buffer.from(this.bootstrapMac)),
    };
  }
}
