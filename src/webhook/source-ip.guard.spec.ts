import { describe, expect, it } from '@jest/globals';
import { WebhookConfig } from '../platform/index.js';
import { SourceIpGuard } from './source-ip.guard.js';

const guardFor = (...allowedIps: string[]): SourceIpGuard => new SourceIpGuard(new WebhookConfig([], allowedIps));

describe('SourceIpGuard', () => {
  it('is off without a list: Botmaker publishes none', () => {
    for (const ip of ['203.0.113.7', '::1', 'anything', '']) expect(guardFor().allows(ip)).toBe(true);
  });

  it.each([
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['203.0.113.0/24', '203.0.113.0', true],
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.77/24', '203.0.113.1', true],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['203.0.113.7/32', '203.0.113.7', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:DB8:0:0:0:0:0:1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::1', '2001:db8:0::1', true],
    ['::/0', '::1', true],
    // Every IPv4 address has its place in IPv6, so the widest range holds it too.
    ['::/0', '203.0.113.7', true],
    ['::ffff:203.0.113.0/120', '203.0.113.7', true],
    ['::ffff:203.0.113.0/120', '203.0.114.7', false],
    ['2000::/3', '203.0.113.7', false],
  ])('with %s: %s → %s', (range, ip, expected) => {
    expect(guardFor(range).allows(ip)).toBe(expected);
  });

  it('takes an IPv4 caller for the same on a socket for both families', () => {
    const guard = guardFor('203.0.113.0/24');
    expect(['::ffff:203.0.113.7', '::FFFF:203.0.113.7', '::ffff:203.0.114.7', '::ffff:cafe'].map((ip) => guard.allows(ip))).toEqual([true, true, false, false]);
  });

  it.each(['', ' ', 'unknown', '203.0.113.7:443', '203.0.113.7, 10.0.0.1', '203.0.113', '203.0.113.007', '0x7f.1', '3405803783', '[::1]', '_hidden', '::ffff:203.0.113.7:80', '203.0.113.7%00'])(
    'refuses %j, which is no address',
    (ip) => {
      expect(guardFor('0.0.0.0/0', '::/0').allows(ip)).toBe(false);
    },
  );

  it('allows what any of its ranges holds', () => {
    const guard = guardFor('203.0.113.7', '198.51.100.0/25', '2001:db8::/64');
    expect(['203.0.113.7', '198.51.100.127', '2001:db8::9', '198.51.100.128', '2001:db8:0:1::9'].map((ip) => guard.allows(ip))).toEqual([true, true, true, false, false]);
  });
});
