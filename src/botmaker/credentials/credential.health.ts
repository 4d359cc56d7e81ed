import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { CredentialStore } from './credential.store.js';
import { hasEnded, isRefreshDue } from './token-times.js';

const day = 86_400_000;

/** Which version of the API token is in force, how old it is and how long it lives. Nothing is asked of Botmaker. */
@Injectable()
export class CredentialHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly store: CredentialStore,
  ) {}

  async age(): Promise<HealthIndicatorResult> {
    const check = this.indicators.check('credential');
    const credential = await this.store.read().catch(() => null);
    if (!credential) return check.down({ message: 'no credential can be read' });
    const { version, since, expiresAt, secrets, now } = credential;
    const data = {
      version,
      ageDays: Math.floor((now.getTime() - since.getTime()) / day),
      expiresAt: expiresAt?.toISOString() ?? null,
      canRefresh: secrets.size > 0,
    };
    if (hasEnded(now, since, expiresAt)) return check.down({ ...data, message: 'the token has expired' });
    return isRefreshDue(now, since, expiresAt) ? check.degraded({ ...data, message: 'the token nears its end' }) : check.up(data);
  }
}
