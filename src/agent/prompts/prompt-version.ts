import { createHash } from 'node:crypto';

/** `name@version-hash`: whoever changes a text and forgets its number is still told apart in the log. */
export function promptVersion(name: string, version: number, ...texts: string[]): string {
  return `${name}@${version}-${createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 8)}`;
}
