import { expiryOf, newJwt } from '../ids.js';
import type { CredentialsBody } from '../contract/request-bodies.js';
import type { TwinSettings } from '../twin-options.js';

export interface CredentialPair {
  readonly clientId: string;
  readonly secretId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The account's API credentials: one current pair, rotated by the refresh token. */
export class Credentials {
  private pair: CredentialPair;
  private readonly liveAccess = new Set<string>();
  private readonly liveRefresh = new Set<string>();
  /** Every access token ever issued and not invalidated, dead ones too: enough to ask for a new pair. */
  private readonly issued = new Set<string>();
  private readonly expired = new Set<string>();

  constructor(private readonly settings: TwinSettings) {
    const { clientId, secretId, accessToken, refreshToken } = settings;
    this.pair = this.issue({ clientId, secretId, accessToken, refreshToken });
  }

  get current(): CredentialPair {
    return this.pair;
  }

  isLive(accessToken: string): boolean {
    return this.liveAccess.has(accessToken) && !this.isExpired(accessToken);
  }

  /**
   * The contract wants the header on the refresh call too; one integration sends the refresh token in it [1]. A token that
   * has died must do, or a backend that comes late could never recover.
   */
  mayRefresh(accessToken: string): boolean {
    return this.issued.has(accessToken) || this.liveRefresh.has(accessToken);
  }

  /** A new pair, or null when the request's secrets are not the current ones. */
  rotate({ clientId, secretId, refreshToken }: CredentialsBody): CredentialPair | null {
    if (clientId !== this.pair.clientId || secretId !== this.pair.secretId || !this.liveRefresh.has(refreshToken)) return null;
    if (this.settings.rotation.oldAccessToken === 'dies') this.liveAccess.clear();
    const { businessId, now, rotation } = this.settings;
    if (rotation.oldRefreshToken === 'dies') this.liveRefresh.clear();
    if (rotation.firstRefreshToken === 'lives') this.liveRefresh.add(this.settings.refreshToken);
    this.pair = this.issue({
      clientId,
      secretId,
      accessToken: newJwt(businessId, 'twin', now()),
      refreshToken: newJwt(businessId, 'twin-refresh', now()),
    });
    return this.pair;
  }

  invalidate(): void {
    for (const tokens of [this.liveAccess, this.liveRefresh, this.issued]) tokens.clear();
  }

  /** Makes the current access token expire now, as its five years would. */
  expireAccessToken(): void {
    this.expired.add(this.pair.accessToken);
  }

  private isExpired(accessToken: string): boolean {
    const expiry = expiryOf(accessToken);
    return this.expired.has(accessToken) || (expiry !== null && expiry <= this.settings.now());
  }

  private issue(pair: CredentialPair): CredentialPair {
    this.liveAccess.add(pair.accessToken);
    this.issued.add(pair.accessToken);
    this.liveRefresh.add(pair.refreshToken);
    return pair;
  }
}
