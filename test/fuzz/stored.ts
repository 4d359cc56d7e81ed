import { createHash } from 'node:crypto';
import { readEnvelope } from '../../src/botmaker/index.js';
import type { RunningApp } from '../support/running-app.js';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Bodies of which the database has fewer copies, byte for byte, than were sent; and how many it has that nobody sent. */
export async function differences({ prisma }: RunningApp, sent: readonly Uint8Array[]): Promise<{ missing: string[]; foreign: number }> {
  const rows = await prisma.$queryRaw<{ hash: string; copies: number }[]>`SELECT encode(sha256(body), 'hex') AS hash, count(*)::int AS copies FROM envelope GROUP BY 1`;
  const left = new Map(rows.map(({ hash, copies }) => [hash, copies]));
  const missing = sent.filter((body) => {
    const hash = sha256(body);
    const copies = left.get(hash) ?? 0;
    left.set(hash, copies - 1);
    return copies <= 0;
  });
  return { missing: missing.map((body) => Buffer.from(body).toString('latin1').slice(0, 200)), foreign: [...left.values()].reduce((sum, copies) => sum + Math.max(0, copies), 0) };
}

/** What the reader makes of a body; throws when that could not be stored, or blames the reader. */
export function soundly(body: Uint8Array): { types: string[]; reasons: string[] } {
  const events = readEnvelope(body, new Date('2025-12-03T17:10:00.000Z'));
  const stored = JSON.stringify(events);
  const reasons = events.flatMap((event) => ('reason' in event ? [event.reason] : []));
  const isSound = events.length > 0 && events.every(({ key }) => key.length > 0 && key.length <= 200) && !(reasons as string[]).includes('reader-failed') && !stored.includes('\\u0000') && !/\\ud[89a-f]/i.test(stored);
  if (!isSound) throw new Error(`unsound: ${stored.slice(0, 300)} of ${Buffer.from(body).toString('latin1').slice(0, 300)}`);
  return { types: events.map(({ type }) => type), reasons };
}

/** What hangs on the objects that every other one inherits from. */
export function prototypes(): string {
  return [Object, Array, Function, String, Number, Boolean, Promise, Map].map(({ name, prototype }) => `${name}: ${Reflect.ownKeys(prototype).map(String).join()}`).join('\n');
}

/** Texts that would be found in a log only if somebody wrote them there: long enough, and no word of the program's own. */
export function telling(texts: readonly string[]): string[] {
  return texts.filter((text) => text.length >= 8 && !/^[\w. :+-]*$/.test(text) && text.trim().length >= 6);
}

export const isIn = (log: string, text: string): boolean => log.includes(text) || log.includes(JSON.stringify(text).slice(1, -1));
