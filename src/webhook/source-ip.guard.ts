import { BlockList, isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import { WebhookConfig } from '../platform/index.js';

const mappedPrefix = '::ffff:';

/**
 * Whether the caller's address is on the allowlist; with an empty list everybody's is. Botmaker publishes no list of its
 * addresses [O], so it is off by default. Which address is the caller's (the socket's, or one out of X-Forwarded-For) has
 * been decided before by TRUSTED_PROXIES.
 */
@Injectable()
export class SourceIpGuard {
  private readonly allowed = new BlockList();
  private readonly isOff: boolean;

  constructor(config: WebhookConfig) {
    this.isOff = config.allowedIps.length === 0;
    for (const range of config.allowedIps) {
      const [address = '', prefix] = range.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.allowed.addAddress(address, family);
      else this.allowed.addSubnet(address, Number(prefix), family);
    }
  }

  allows(ip: string): boolean {
    if (this.isOff) return true;
    // A dual-stack socket shows an IPv4 caller as ::ffff:a.b.c.d.
    const plain = ip.toLowerCase().startsWith(mappedPrefix) && isIP(ip.slice(mappedPrefix.length)) === 4 ? ip.slice(mappedPrefix.length) : ip;
    const family = isIP(plain);
    return family !== 0 && this.allowed.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }
}
