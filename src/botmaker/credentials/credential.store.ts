import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { BotmakerConfig, Database, type Tx } from '../../platform/index.js';
import { Cipher } from './cipher.js';
import { secretNames, type SecretName } from './credential.js';
import { tokenTimes } from './token-times.js';

/** Who asks for a new pair. */
export interface ApiClient {
  clientId: string;
  secretId: string;
}

/** What a token pair consists of, as it is sealed. `refreshToken` is null when only an access token was configured. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string | null;
  /** Told with a refreshed pair; null: as the environment says. */
  client?: ApiClient | null;
}

/** What a new pair is asked for with. */
export type RefreshSecret = ApiClient & { refreshToken: string };

export interface StoredCredential extends TokenPair {
  version: number;
  expiresAt: Date | null;
  /** When the token was issued, or stored when it does not say. */
  since: Date;
  /** Whether the environment still holds what this row was first made from. */
  sameBootstrap: boolean;
  /** The refresh that the pair came from, or that had started last when it was taken from the environment. */
  refreshId: number;
  /** What a new pair can be asked for with, best first; of equal ones the first. */
  secrets: ReadonlyMap<SecretName, RefreshSecret>;
  /** The database's clock when this was read. */
  now: Date;
}

interface Row {
  version: number;
  sealed: Uint8Array;
  bootstrap: Uint8Array | null;
  bootstrapMac: Uint8Array;
  issuedAt: Date | null;
  expiresAt: Date | null;
  updatedAt: Date;
  refreshId: number;
  now: Date;
}

const identity = (version: number): string => `credential:1:${version}`;
const bootstrapIdentity = 'credential:1:bootstrap';

/** The single row that holds the pair in force, sealed, and the secret of the environment that it came from. */
@Injectable()
export class CredentialStore {
  private readonly cipher: Cipher;
  private readonly bootstrapMac: Uint8Array<ArrayBuffer>;

  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly config: BotmakerConfig,
  ) {
    this.cipher = new Cipher(config.encryptionKey.reveal());
    this.bootstrapMac = new Uint8Array(this.cipher.fingerprint(`${config.accessToken.reveal()} ${config.refresh?.refreshToken.reveal() ?? ''}`));
  }

  async read(): Promise<StoredCredential | null> {
    const [row] = await this.database.prisma.$queryRaw<Row[]>`
      SELECT version, sealed, bootstrap, bootstrap_mac AS "bootstrapMac", issued_at AS "issuedAt", expires_at AS "expiresAt", updated_at AS "updatedAt",
        refresh_id AS "refreshId", clock_timestamp() AS now FROM credential WHERE id = 1`;
    return row ? this.opened(row) : null;
  }

  /** Reads the row and holds it until the transaction ends: whatever is decided on it stays true. */
  async lock(tx: Tx): Promise<StoredCredential | null> {
    await tx.$queryRaw`SELECT id FROM credential WHERE id = 1 FOR UPDATE`;
    const [row] = await tx.$queryRaw<Row[]>`
      SELECT version, sealed, bootstrap, bootstrap_mac AS "bootstrapMac", issued_at AS "issuedAt", expires_at AS "expiresAt", updated_at AS "updatedAt",
        refresh_id AS "refreshId", clock_timestamp() AS now FROM credential WHERE id = 1`;
    return row ? this.opened(row) : null;
  }

  /**
   * Stores what the environment gives as the next version, unless the pair in force came from the same. A refresh that is
   * under way started before, and may not replace it.
   */
  async bootstrap(tx: Tx): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('credential bootstrap'))`;
    const stored = await this.lock(tx);
    const bootstrap = this.sealedBootstrap();
    if (stored?.sameBootstrap) {
      if (!stored.secrets.has('bootstrap') && bootstrap) await tx.credential.update({ where: { id: 1 }, data: { bootstrap } });
      return;
    }
    const pair = { accessToken: this.config.accessToken.reveal(), refreshToken: this.config.refresh?.refreshToken.reveal() ?? null };
    const latest = await tx.credentialRefresh.aggregate({ _max: { id: true } });
    const version = (stored?.version ?? 0) + 1;
    const row = { ...this.columns(version, pair), source: 'environment', bootstrap, bootstrapMac: this.bootstrapMac, refreshId: latest._max.id ?? 0 };
    await tx.credential.upsert({ where: { id: 1 }, create: { id: 1, ...row }, update: row });
    await this.stamp(tx);
    await this.log.append(tx, { type: 'token.stored', detail: { version, source: 'environment' } });
  }

  /** Stores both tokens of a refresh together, as the version after `previous`. */
  async replace(tx: Tx, previous: number, pair: TokenPair, refreshId: number): Promise<void> {
    const version = previous + 1;
    await tx.credential.update({ where: { id: 1 }, data: { ...this.columns(version, pair), source: 'refresh', refreshId } });
    await this.stamp(tx);
    await this.log.append(tx, { type: 'token.refreshed', detail: { version } });
  }

  private columns(version: number, pair: TokenPair) {
    const sealed = new Uint8Array(this.cipher.seal(JSON.stringify(pair), identity(version)));
    return { version, sealed, ...tokenTimes(pair.accessToken) };
  }

  private async stamp(tx: Tx): Promise<void> {
    await tx.$executeRaw`UPDATE credential SET updated_at = clock_timestamp() WHERE id = 1`;
  }

  private sealedBootstrap(): Uint8Array<ArrayBuffer> | null {
    const secret = this.environmentSecret();
    return secret && new Uint8Array(this.cipher.seal(JSON.stringify(secret), bootstrapIdentity));
  }

  private environmentSecret(): RefreshSecret | null {
    const { refresh } = this.config;
    return refresh && { clientId: refresh.clientId, secretId: refresh.secretId.reveal(), refreshToken: refresh.refreshToken.reveal() };
  }

  private opened(row: Row): StoredCredential {
    const pair = JSON.parse(this.cipher.open(row.sealed, identity(row.version))) as TokenPair;
    const bootstrap = row.bootstrap && (JSON.parse(this.cipher.open(row.bootstrap, bootstrapIdentity)) as RefreshSecret);
    return {
      ...pair,
      version: row.version,
      expiresAt: row.expiresAt,
      since: row.issuedAt ?? row.updatedAt,
      sameBootstrap: Buffer.from(row.bootstrapMac).equals(Buffer.from(this.bootstrapMac)),
      refreshId: row.refreshId,
      secrets: this.secrets(pair, bootstrap),
      now: row.now,
    };
  }

  private secrets({ client, refreshToken }: TokenPair, bootstrap: RefreshSecret | null): ReadonlyMap<SecretName, RefreshSecret> {
    const environment = this.environmentSecret();
    const asks = client ?? environment;
    const pair = asks && refreshToken !== null ? { clientId: asks.clientId, secretId: asks.secretId, refreshToken } : null;
    const found = { pair, bootstrap, environment };
    const distinct = new Map<string, SecretName>();
    for (const name of secretNames) {
      const secret = found[name];
      const text = secret && JSON.stringify([secret.clientId, secret.secretId, secret.refreshToken]);
      if (text && !distinct.has(text)) distinct.set(text, name);
    }
    return new Map([...distinct.values()].map((name) => [name, found[name] as RefreshSecret]));
  }
}
