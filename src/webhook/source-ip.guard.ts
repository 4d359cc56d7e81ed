import { Injectable } from '@nestjs/common';
import { AddressRanges, WebhookConfig } from '../platform/index.js';

/**
 * Whether the caller's address is on the allowlist; with an empty list everybody's is. Botmaker publishes no list of its
 * addresses [O], so it is off by default. Which address is the caller's (the socket's, or one out of X-Forwarded-For) has
 * been decided before by TRUSTED_PROXIES.
 */
@Injectable()
export class SourceIpGuard {
  private readonly allowed: AddressRanges | null;

  constructor({ allowedIps }: WebhookConfig) {
    this.allowed = allowedIps.length === 0 ? null : new AddressRanges(allowedIps);
  }

  allows(ip: string): boolean {
    return this.allowed?.include(ip) ?? true;
  }
}
