import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppError, Database, errorPolicy, isTransient, toAppError } from '../../platform/index.js';
import { CredentialStore, type StoredCredential } from './credential.store.js';
import { Refreshing } from './refreshing.service.js';
import { hasEnded } from './token-times.js';

/** Another replica's refresh reaches this one at the latest after this long; a 401 makes it look at once. */
const cacheMs = 30_000;

/** A credential and a monotonic moment before it was read, so that its end is rather seen too early than too late. */
interface Held {
  credential: StoredCredential;
  at: number;
}

/**
 * The API token in force, for whoever calls. It is used as long as it works, whatever becomes of its refresh, and never
 * after its end. Version n becomes n+1 by one writer; the rules are in `credential.ts`.
 */
@Injectable()
export class Credentials implements OnModuleInit {
  private cached: Held | null = null;
  /** All calls of this process that need a new token wait for one look. */
  private looking: Promise<Held | null> | null = null;
  private refusedVersion = 0;
  private isBootstrapped = false;

  constructor(
    private readonly store: CredentialStore,
    private readonly database: Database,
    private readonly refreshing: Refreshing,
  ) {}

  /** A database that is away must not keep the process from starting: it is done at the first use then, or when the database is back. */
  onModuleInit(): Promise<void> {
    return this.database.boot.do('the API token of the environment', () => this.bootstrap());
  }

  /** The token to call with. Throws `upstream-unavailable` when there is none now: nothing was sent. */
  async current(): Promise<StoredCredential> {
    const held = await this.held();
    if (!this.hasEnded(held)) return held.credential;
    const renewed = await this.renew();
    if (renewed) return renewed;
    throw new AppError('upstream-unavailable', 'credential.expired', 'the API token has ended and there is no new one', { details: { called: false } });
  }

  /**
   * The pair to try after version `refused` got a 401: another replica's, or a fresh one; null when there is none to be had.
   * Throws when there may be one later.
   */
  async replaceRefused(refused: number): Promise<StoredCredential | null> {
    this.refusedVersion = Math.max(this.refusedVersion, refused);
    const latest = await this.read();
    if (latest.credential.version > refused && !this.hasEnded(latest)) return latest.credential;
    try {
      return await this.renew();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (errorPolicy[error.kind].job === 'retry') throw error;
      return null;
    }
  }

  /** Looks whether the token nears its end and refreshes it. Called by the schedule on every replica; at most one of them asks. */
  async look(): Promise<void> {
    await this.bootstrap();
    if (!(await this.refreshing.pending())) await this.renew();
  }

  private async bootstrap(): Promise<void> {
    if (this.isBootstrapped) return;
    await this.database.inTransaction((tx) => this.store.bootstrap(tx));
    this.isBootstrapped = true;
  }

  /** A look that was under way may not have known yet that the token was refused: what it came back with would be that token. */
  private async renew(): Promise<StoredCredential | null> {
    for (;;) {
      const renewed = await this.sharedLook();
      if (!renewed || (renewed.credential.version > this.refusedVersion && !this.hasEnded(renewed))) return renewed && renewed.credential;
    }
  }

  private sharedLook(): Promise<Held | null> {
    const at = performance.now();
    this.looking ??= this.refreshing
      .renew(this.refusedVersion)
      .then((credential) => credential && this.keep(credential, at))
      .finally(() => (this.looking = null));
    return this.looking;
  }

  /** What this process knows; a database that is away takes nothing from it. */
  private async held(): Promise<Held> {
    if (this.cached && performance.now() - this.cached.at < cacheMs) return this.cached;
    try {
      return await this.read();
    } catch (error) {
      if (!this.cached || !isTransient(error)) throw error;
      return this.cached;
    }
  }

  private async read(): Promise<Held> {
    await this.bootstrap();
    const at = performance.now();
    const credential = (await this.refreshing.pending()) ?? (await this.store.read());
    if (!credential) throw new AppError('bug', 'credential.missing', 'no credential is stored: the boot did not finish');
    return this.keep(credential, at);
  }

  private keep(credential: StoredCredential, at: number): Held {
    this.cached = { credential, at };
    return this.cached;
  }

  /** By the database's clock, which stood at `now` when the credential was read. */
  private hasEnded({ credential, at }: Held): boolean {
    return hasEnded(new Date(credential.now.getTime() + performance.now() - at), credential.since, credential.expiresAt);
  }
}
