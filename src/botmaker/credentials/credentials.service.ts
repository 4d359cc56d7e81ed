import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AppError, BotmakerConfig, Database, Metrics, errorPolicy, toAppError, type Tx } from '../../platform/index.js';
import { BotmakerTransport } from '../api/transport.client.js';
import { CredentialStore, type StoredCredential, type TokenPair } from './credential.store.js';
import { isRefreshDue, restMs, shortestRestMs } from './token-times.js';

/** Another replica's refresh reaches this one at the latest after this long; a 401 makes it look at once. */
const cacheMs = 30_000;
/** Of one refresh: together with the wait for the lock it must end before the transaction that holds the lock is cut. */
const refreshTimeoutMs = 10_000;

/**
 * The API token in force. Version n becomes n+1 by one writer: the refresh runs under a lock on the credential's row, and
 * whoever waited for the lock finds the new version and uses it. Botmaker allows 3 refreshes a minute and may end the old
 * token at once [O/G], so a refresh by every replica would be an outage that we cause ourselves. For the same reason nobody
 * asks again for a while after anybody asked, whatever came of it.
 */
@Injectable()
export class Credentials implements OnModuleInit {
  private readonly logger = new Logger(Credentials.name);
  private cached: { credential: StoredCredential; at: number } | null = null;
  /** All calls of this process that were refused together wait for one refresh, and hold one connection. */
  private refreshing: Promise<StoredCredential> | null = null;
  private hopelessVersion = 0;

  constructor(
    private readonly config: BotmakerConfig,
    private readonly store: CredentialStore,
    private readonly database: Database,
    private readonly transport: BotmakerTransport,
    private readonly metrics: Metrics,
  ) {}

  /** Stores what the environment gives, when nothing is stored yet or when the environment was changed since. */
  onModuleInit(): Promise<void> {
    return this.database.boot.do('the API token of the environment', () => this.database.inTransaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('credential bootstrap'))`;
      const stored = await this.store.lock(tx);
      if (stored?.sameBootstrap) return;
      const pair = { accessToken: this.config.accessToken.reveal(), refreshToken: this.config.refresh?.refreshToken.reveal() ?? null };
      await this.store.save(tx, stored?.version ?? 0, pair, 'environment');
    }));
  }

  async current(): Promise<StoredCredential> {
    if (this.cached && performance.now() - this.cached.at < cacheMs) return this.cached.credential;
    return this.keep(await this.store.read());
  }

  /**
   * The pair to try after version `refused` got a 401: another replica's, or a fresh one; null when there is none to be had.
   * Throws when there may be one later.
   */
  async replaceRefused(refused: number): Promise<StoredCredential | null> {
    const latest = this.keep(await this.store.read());
    if (latest.version > refused) return latest;
    if (!this.canRefresh(latest)) return this.giveUp(latest.version);
    try {
      return await this.refresh(refused, shortestRestMs);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'credential.refresh-rests') this.logger.error({ err: error, code: error.code }, 'the API token was refused and could not be refreshed');
      if (errorPolicy[error.kind].job === 'retry') throw error;
      return null;
    }
  }

  /** Refreshes when the token nears its end. Called by the schedule on every replica; at most one of them does it. */
  async refreshIfDue(now: Date): Promise<void> {
    const latest = this.keep(await this.store.read());
    const { version, since, expiresAt } = latest;
    if (!expiresAt || !this.canRefresh(latest) || !isRefreshDue(now, since, expiresAt)) return;
    await this.refresh(version, restMs(now, expiresAt)).catch((error: AppError) => {
      if (error.code !== 'credential.refresh-rests') throw error;
    });
  }

  private canRefresh({ refreshToken }: TokenPair): boolean {
    return this.config.refresh !== null && refreshToken !== null;
  }

  /** Said once a version: each further message would say the same. */
  private giveUp(version: number): null {
    if (this.hopelessVersion === version) return null;
    this.hopelessVersion = version;
    this.logger.error({ code: 'credential.no-refresh', version }, 'the API token was refused: set BM_ACCESS_TOKEN anew, or BM_CLIENT_ID, BM_SECRET_ID and BM_REFRESH_TOKEN so that it can be refreshed');
    return null;
  }

  private refresh(seen: number, rest: number): Promise<StoredCredential> {
    this.refreshing ??= this.refreshOnce(seen, rest).finally(() => (this.refreshing = null));
    return this.refreshing;
  }

  private async refreshOnce(seen: number, rest: number): Promise<StoredCredential> {
    // A failure is an outcome to be stored, not a reason to roll back: it must hold off the replicas that wait for the lock.
    const failure = await this.database.inTransaction((tx) => this.refreshLocked(tx, seen, rest));
    if (failure) throw failure;
    return this.keep(await this.store.read());
  }

  private async refreshLocked(tx: Tx, seen: number, rest: number): Promise<AppError | null> {
    const stored = await this.store.lock(tx);
    if (!stored || stored.version > seen) return null;
    if (stored.askedMsAgo < rest) return new AppError('rate-limited', 'credential.refresh-rests', 'a new token was asked for a moment ago');
    await this.store.noteAsked(tx);
    try {
      const pair = await this.askForPair(stored);
      await this.store.save(tx, stored.version, pair, 'refresh');
      this.metrics.tokenRefreshes.inc({ outcome: 'done' });
      return null;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      this.metrics.tokenRefreshes.inc({ outcome: 'failed' });
      await this.store.noteFailure(tx, thrown.code);
      return thrown;
    }
  }

  private async askForPair({ accessToken, refreshToken }: TokenPair): Promise<TokenPair> {
    const { refresh } = this.config;
    if (!refresh) throw new AppError('forbidden', 'credential.no-refresh', 'BM_CLIENT_ID, BM_SECRET_ID and BM_REFRESH_TOKEN are needed to refresh the token');
    const body = { clientId: refresh.clientId, secretId: refresh.secretId.reveal(), refreshToken: refreshToken ?? '' };
    const answer = await this.transport.call('refresh-api-credentials', accessToken, { body, maxWaitMs: 0, timeoutMs: refreshTimeoutMs });
    const pair = (answer.body ?? {}) as { accessToken?: unknown; refreshToken?: unknown };
    if (!isToken(pair.accessToken) || !isToken(pair.refreshToken)) throw new AppError('upstream-rejected', 'credential.refresh-garbled', 'the refresh answer holds no token pair');
    return { accessToken: pair.accessToken, refreshToken: pair.refreshToken };
  }

  private keep(credential: StoredCredential | null): StoredCredential {
    if (!credential) throw new AppError('bug', 'credential.missing', 'no credential is stored: the boot did not finish');
    this.cached = { credential, at: performance.now() };
    return credential;
  }
}

/** What can stand in a header: an empty or a masked token would lock us out for good. */
const isToken = (value: unknown): value is string => typeof value === 'string' && /^[^*\s]+$/.test(value);
