import { Injectable } from '@nestjs/common';
import { BotmakerConfig, toAppError } from '../../platform/index.js';
import { CredentialStore } from '../credentials/credential.store.js';
import { hasEnded, isRefreshDue, tokenTimes } from '../credentials/token-times.js';

/** The API token as a person wants to know it. */
export interface TokenState {
  /** `stored`: refreshed or kept by a running program; `environment`: what the next start would store. */
  source: 'stored' | 'environment';
  isJwt: boolean;
  expiresAt: Date | null;
  hasEnded: boolean;
  /** Its last fifth, or its last 30 days: it is refreshed now, where it can be. */
  isNearEnd: boolean;
  canRefresh: boolean;
  /** Why the stored one could not be read; null: it could, or there is none. */
  storeProblem: string | null;
}

/**
 * The token that a program with this environment would call with. Only read: whoever asks how things stand must not store
 * a token that turns out to be wrong, nor use up a refresh that the running program needs.
 */
@Injectable()
export class TokenInForce {
  constructor(
    private readonly config: BotmakerConfig,
    private readonly store: CredentialStore,
  ) {}

  async read(): Promise<TokenState & { accessToken: string }> {
    let storeProblem: string | null = null;
    const stored = await this.store.read().catch((error: unknown) => {
      storeProblem = toAppError(error).code;
      return null;
    });
    const isStored = stored?.sameBootstrap === true;
    const accessToken = isStored ? stored.accessToken : this.config.accessToken.reveal();
    const { issuedAt, expiresAt } = tokenTimes(accessToken);
    const now = stored?.now ?? new Date();
    const since = isStored ? stored.since : (issuedAt ?? now);
    return {
      accessToken,
      source: isStored ? 'stored' : 'environment',
      isJwt: isJwt(accessToken),
      expiresAt,
      hasEnded: hasEnded(now, since, expiresAt),
      isNearEnd: isRefreshDue(now, since, expiresAt) || (expiresAt !== null && expiresAt.getTime() - now.getTime() < nearMs),
      canRefresh: isStored ? stored.secrets.size > 0 : this.config.refresh !== null,
      storeProblem,
    };
  }
}

/** A token of the environment does not say when it was issued: its last fifth can't be known, its last month can. */
const nearMs = 30 * 86_400_000;

const isJwt = (token: string): boolean => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token);
