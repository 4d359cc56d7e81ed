import type { Outgoing } from './message.js';
import { isAddress, isSameText } from './same-text.js';

/** How far Botmaker's clock and ours may differ. */
export const skewMs = 30_000;

/** A message of ours that no remote id is known of. */
export interface Unbound {
  id: string;
  /** Its words (message.ts): for a medium its address. */
  text: string;
  /** When its first attempt began that may have reached Botmaker. */
  sentAt: Date;
  /** Botmaker said that it took it: a copy of it is there, listed or not. */
  isAccepted: boolean;
  wasResent: boolean;
}

/** A message of the bot as Botmaker lists it, that stands for none of ours yet. */
export interface Listed {
  id: string;
  /** Its words, or the address of the medium that has none. */
  text: string | null;
  createdAt: Date;
}

/**
 * Which listed message stands for which of ours. Each stands for one: of twenty equal texts, as many are there as are listed.
 * Those that Botmaker surely has take theirs first, then those in doubt, each in the order of sending; a surplus belongs to
 * one that was sent twice. `unbound` is in the order of sending. The result has one id for a message, or several for one that
 * was seen more than once.
 */
export function matchListing(unbound: readonly Unbound[], listed: readonly Listed[]): Map<string, string[]> {
  const free = [...listed].sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  const seen = new Map<string, string[]>();
  const take = ({ id, text, sentAt }: Unbound): void => {
    const index = free.findIndex((line) => isSameText(text, line.text) && line.createdAt.getTime() >= sentAt.getTime() - skewMs);
    const [line] = index === -1 ? [] : free.splice(index, 1);
    if (line) seen.set(id, [...(seen.get(id) ?? []), line.id]);
  };
  unbound.filter(({ isAccepted }) => isAccepted).forEach(take);
  unbound.filter(({ isAccepted }) => !isAccepted).forEach(take);
  unbound.filter(({ wasResent }) => wasResent).forEach(take);
  return seen;
}

/**
 * Whether a listed message that stands for none of ours could be this one all the same, under words that Botmaker chose: how it
 * lists options is not known [G], and it may keep a medium under an address of its own. Only an id could tell then, so its
 * absence is not proved. `since` is when the first of what is looked for was sent, less what clocks may differ.
 */
export function mayBe(outgoing: Outgoing, since: Date, listed: Listed & { hasOptions: boolean }): boolean {
  if (listed.createdAt < since) return false;
  switch (outgoing.kind) {
    case 'media':
      return isAddress(listed.text);
    case 'list':
    case 'buttons':
      return listed.hasOptions || listed.text === null || listed.text.includes(outgoing.text);
    case 'text':
    case 'intent':
      return false;
  }
}
