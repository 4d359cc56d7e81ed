/*
 * What callers write about where they come from. `C` is the customer of the proxy (203.0.113.7), `L` is a lie (198.51.100.66),
 * `P` is a proxy of ours (10.0.0.5). The callers of the test are 127.0.0.1, which stands for the proxy next to us.
 */
const expand = (text: string): string => text.replace(/\bC\b/g, '203.0.113.7').replace(/\bL\b/g, '198.51.100.66').replace(/\bP\b/g, '10.0.0.5');

/** The lines of the header, as they are written to the wire. */
export const forwardedCases: string[][] = [
  [],
  ['x-forwarded-for: C'],
  ['x-forwarded-for: L, C'],
  ['x-forwarded-for: L,C'],
  ['x-forwarded-for: L , C'],
  ['x-forwarded-for: L, L, L, C'],
  ['x-forwarded-for: C, P'],
  ['x-forwarded-for: L, C, P'],
  ['x-forwarded-for: L, P, C, P'],
  ['x-forwarded-for: L, C, P, P'],
  ['x-forwarded-for: P'],
  ['x-forwarded-for: P, P'],
  ['x-forwarded-for: 127.0.0.1'],
  ['x-forwarded-for: 127.0.0.1, C'],
  ['x-forwarded-for: 127.0.0.1, 127.0.0.1, 127.0.0.1'],
  ['x-forwarded-for: L', 'x-forwarded-for: C'],
  ['x-forwarded-for: C', 'x-forwarded-for: P'],
  ['X-FORWARDED-FOR: L', 'x-forwarded-for: C, P'],
  ['x-forwarded-for:', 'x-forwarded-for: C'],
  ['x-forwarded-for: L, 2001:db8::7'],
  ['x-forwarded-for: 2001:db8::7, P'],
  ['x-forwarded-for: ::ffff:C'],
  ['x-forwarded-for: L, ::ffff:C, ::ffff:P'],
  ['x-forwarded-for: L, ::FFFF:C'],
  ['x-forwarded-for: ::1'],
  ['x-forwarded-for: L, ::1'],
  ['x-forwarded-for: unknown'],
  ['x-forwarded-for: L, unknown'],
  ['x-forwarded-for: L, _hidden, P'],
  ['x-forwarded-for: C:443'],
  ['x-forwarded-for: L, [2001:db8::7]:443'],
  ['x-forwarded-for: 0x7f.1'],
  ['x-forwarded-for: L, 2130706433'],
  [`x-forwarded-for: ${Array.from({ length: 200 }, () => 'L').join(', ')}, C`],
  ['x-real-ip: L'],
  ['x-real-ip: L', 'x-forwarded-for: C'],
  ['forwarded: for=L'],
  ['forwarded: for=L;by=P', 'x-forwarded-for: C'],
  ['forwarded: for="[2001:db8::66]"', 'x-client-ip: L', 'true-client-ip: L', 'cf-connecting-ip: L'],
  ['x-cluster-client-ip: L', 'x-originating-ip: L', 'x-remote-addr: L', 'client-ip: L'],
  ['x-forwarded-host: L', 'x-forwarded-proto: https', 'x-forwarded-for: C'],
  ['x_forwarded_for: L', 'x-forwarded-for: C'],
].map((lines) => lines.map(expand));

/** What stands in `x-forwarded-for`, nearest first, behind the address of the socket. */
function chainOf(lines: string[]): string[] {
  const said = lines.filter((line) => /^x-forwarded-for:/i.test(line)).map((line) => line.slice(line.indexOf(':') + 1).trim()).join(', ');
  return ['127.0.0.1', ...said.split(',').map((part) => part.trim()).filter(Boolean).reverse()];
}

/** The client, when the nearest `hops` addresses are proxies of ours. */
export const throughHops = (hops: number) => (lines: string[]): string => {
  const chain = chainOf(lines);
  return chain[Math.min(hops, chain.length - 1)] ?? '';
};

/** The client, when 127.0.0.0/8 and 10.0.0.0/8 are proxies of ours: the first address that is none. */
export function throughRanges(lines: string[]): string {
  const chain = chainOf(lines);
  const isOurs = (address: string): boolean => /^(::ffff:)?(127|10)(\.\d{1,3}){3}$/i.test(address);
  return chain.find((address) => !isOurs(address)) ?? chain.at(-1) ?? '';
}
