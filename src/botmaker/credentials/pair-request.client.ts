import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/index.js';
import { BotmakerTransport } from '../api/transport.client.js';
import type { SecretName } from './credential.js';
import type { RefreshSecret, TokenPair } from './credential.store.js';

/** Of one request for a new pair. */
export const requestTimeoutMs = 10_000;

/** Asks Botmaker for a new pair. Nothing is retried: what a failure means is decided where all refreshes are known. */
@Injectable()
export class PairRequest {
  constructor(private readonly transport: BotmakerTransport) {}

  /**
   * The call wants a token of its own in the header: the one in force does [O], also when it has ended; with a secret of the
   * environment, the refresh token itself, as one integration does [1]. `lastLook` is called right before the request is written.
   */
  async ask(name: SecretName, { clientId, secretId, refreshToken }: RefreshSecret, accessToken: string, lastLook: () => void): Promise<TokenPair> {
    const header = name === 'pair' ? accessToken : refreshToken;
    const answer = await this.transport.call('refresh-api-credentials', header, { body: { clientId, secretId, refreshToken }, timeoutMs: requestTimeoutMs, lastLook });
    const given = (answer.body ?? {}) as Record<string, unknown>;
    const { accessToken: access, refreshToken: refresh, clientId: client, secretId: secret } = given;
    if (!isToken(access) || !isToken(refresh)) throw new AppError('upstream-rejected', 'credential.refresh-garbled', 'the refresh answer holds no token pair');
    return { accessToken: access, refreshToken: refresh, client: isToken(client) && isToken(secret) ? { clientId: client, secretId: secret } : { clientId, secretId } };
  }
}

/** What can stand in a header: an empty or a masked token would lock us out for good. */
const isToken = (value: unknown): value is string => typeof value === 'string' && /^[^*\s]+$/.test(value);
