import { BlockList, isIP } from 'node:net';

const mappedPrefix = '::ffff:';

/**
 * A list of addresses and CIDR ranges. Only what is written as an address is one: `2130706433` and `0x7f.1`, which other
 * readers take for 127.0.0.1, are on no list.
 */
export class AddressRanges {
  private readonly ranges = new BlockList();

  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [address = '', prefix] = range.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.ranges.addAddress(address, family);
      else this.ranges.addSubnet(address, Number(prefix), family);
    }
  }

  include(ip: string): boolean {
    // A dual-stack socket shows an IPv4 caller as ::ffff:a.b.c.d.
    const plain = ip.toLowerCase().startsWith(mappedPrefix) && isIP(ip.slice(mappedPrefix.length)) === 4 ? ip.slice(mappedPrefix.length) : ip;
    const family = isIP(plain);
    return family !== 0 && this.ranges.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }
}
