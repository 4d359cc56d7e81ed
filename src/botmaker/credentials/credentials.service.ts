import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { AppError, BotmakerConfig, Database, Metrics, toAppError, type Tx } from '../../platform/index.js';
import { BotmakerTransport } from '../api/transport.client.js';
import { CredentialStore, type StoredCredential } from './credential.store.js';
import { isRefreshDue } from './token-times.js';

/** Another replica's refresh reaches this one at the latest after this long; a 401 makes it look at once. */
const cacheMs = 30_000;

/**
 * The API token in force. Version n becomes n+1 by one writer: the refresh runs under a lock on the credential's row, and
 * whoever waited for the lock finds the new version and uses it. Botmaker allows 3 refreshes a minute and may end the old
 * token at once [O/G], so a refresh by every replica would be an outage that we cause ourselves.
 */
@Injectable()
export class Credentials implements OnModuleInit {
  private readonly logger = new Logger(Credentials.name);
  private cached: { credential: StoredCredential; at: number } | null = null;

  constructor(
    private readonly config: BotmakerConfig,
    private readonly store: CredentialStore,
    private readonly database: Database,
    private readonly transport: BotmakerTransport,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** Stores what the environment gives, when nothing is stored yet or when the environment was changed since. */
  async onModuleInit(): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('credential bootstrap'))`;
      const stored = await this.store.lock(tx);
      if (stored?.sameBootstrap) return;
      const pair = { accessToken: this.config.accessToken.reveal(), refreshToken: this.config.refresh?.refreshToken.reveal() ?? null };
      const version = await this.store.save(tx, stored?.version ?? 0, pair, 'environment');
      await this.log.append(tx, { type: 'token.stored', detail: { version, source: 'environment' } });
    });
  }

  async current(): Promise<StoredCredential> {
    if (this.cached && performance.now() - this.cached.at < cacheMs) return this.cached.credential;
    return this.keep(await this.store.read());
  }

  /** The pair to try after version `refused` got a 401: another replica's, or a fresh one; null when there is none to be had. */
  async replaceRefused(refused: number): Promise<StoredCredential | null> {
    const latest = this.keep(await this.store.read());
    if (latest.version > refused) return latest;
    try {
      return await this.refresh(refused);
    } catch (error) {
      this.logger.error({ err: error, code: toAppError(error).code }, 'the API token was refused and could not be refreshed: set BM_ACCESS_TOKEN anew');
      return null;
    }
  }

  /** Refreshes when the token nears its end. Called by the schedule on every replica; at most one of them does it. */
  async refreshIfDue(now: Date): Promise<void> {
    const { version, since, expiresAt } = this.keep(await this.store.read());
    if (this.config.refresh && isRefreshDue(now, since, expiresAt)) await this.refresh(version);
  }

  private async refresh(seen: number): Promise<StoredCredential> {
    try {
      await this.database.inTransaction((tx) => this.refreshLocked(tx, seen));
    } catch (error) {
      const { code } = toAppError(error);
      this.metrics.tokenRefreshes.inc({ outcome: 'failed' });
      await this.database.inTransaction((tx) => this.log.append(tx, { type: 'token.refresh-failed', detail: { code } }));
      throw error;
    }
    return this.keep(await this.store.read());
  }

  private async refreshLocked(tx: Tx, seen: number): Promise<void> {
    const stored = await this.store.lock(tx);
    if (!stored || stored.version > seen) return;
    const { refresh } = this.config;
    if (!refresh || !stored.refreshToken) throw new AppError('forbidden', 'credential.no-refresh', 'BM_CLIENT_ID, BM_SECRET_ID and BM_REFRESH_TOKEN are needed to refresh the token');
    const body = { clientId: refresh.clientId, secretId: refresh.secretId.reveal(), refreshToken: stored.refreshToken };
    const answer = await this.transport.call('refresh-api-credentials', stored.accessToken, { body, maxWaitMs: 0 });
    const pair = (answer.body ?? {}) as { accessToken?: unknown; refreshToken?: unknown };
    if (typeof pair.accessToken !== 'string' || typeof pair.refreshToken !== 'string') {
      throw new AppError('upstream-rejected', 'credential.refresh-garbled', 'the refresh answer holds no token pair');
    }
    const version = await this.store.save(tx, stored.version, { accessToken: pair.accessToken, refreshToken: pair.refreshToken }, 'refresh');
    await this.log.append(tx, { type: 'token.refreshed', detail: { version } });
    this.metrics.tokenRefreshes.inc({ outcome: 'done' });
  }

  private keep(credential: StoredCredential | null): StoredCredential {
    if (!credential) throw new AppError('bug', 'credential.missing', 'no credential is stored: the boot did not finish');
    this.cached = { credential, at: performance.now() };
    return credential;
  }
}
