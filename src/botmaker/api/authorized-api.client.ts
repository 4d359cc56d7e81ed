import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/index.js';
import { Credentials } from '../credentials/credentials.service.js';
import type { OperationName } from './operations.js';
import { BotmakerTransport, type ApiAnswer, type ApiRequest } from './transport.client.js';

/** Calls the API with the token in force. */
@Injectable()
export class AuthorizedApi {
  constructor(
    private readonly transport: BotmakerTransport,
    private readonly credentials: Credentials,
  ) {}

  /**
   * A refused token causes one refresh and one more try: 401 means that nothing was done. That try is no retry in the sense of
   * the budget: it comes once a token, and not because Botmaker is in trouble.
   */
  async call(name: OperationName, request: ApiRequest): Promise<ApiAnswer> {
    const pair = await unsent(this.credentials.current());
    try {
      return await this.transport.call(name, pair.accessToken, request);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'unauthenticated') throw error;
      const renewed = await unsent(this.credentials.replaceRefused(pair.version));
      if (!renewed) throw error;
      return this.transport.call(name, renewed.accessToken, { ...request, isRetry: false });
    }
  }
}

/** Whatever goes wrong before the request is written: nothing was sent, and the caller may rely on that. */
async function unsent<T>(look: Promise<T>): Promise<T> {
  try {
    return await look;
  } catch (thrown) {
    throw new AppError('upstream-unavailable', 'botmaker.no-token', 'there is no API token to call with: nothing was sent', { cause: thrown, details: { called: false } });
  }
}
