import type { MessageState } from './message.js';
import { isAddress, isSameText } from './same-text.js';

/** A message of ours that an echo without our payload may be of. */
export interface EchoCandidate {
  id: string;
  /** Its words (message.ts): for a medium its address. */
  text: string;
  state: MessageState;
  remoteId: string | null;
  notificationId: string | null;
  /** An attempt got no answer. */
  wasInDoubt: boolean;
  wasResent: boolean;
}

/** What an echo carries. `callIds` are those that may be the id of a call. */
export interface EchoMarks {
  callIds: readonly string[];
  namesCall: boolean;
  text: string | null;
  isOperators: boolean;
}

const mayHaveBeenSeen: ReadonlySet<MessageState> = new Set(['sending', 'accepted', 'sent', 'delivered', 'read', 'unknown']);

/**
 * Which of our texts an echo is of, when nothing in it names the message itself. `candidates` are in the order of sending.
 *
 * First the parts of its call that no id is known of. An echo of a call that we know nothing of is of one whose answer is
 * missing, rather of the one that is under way than of one that was given up long ago, and not of an older one with the same
 * words. Only when no text is left without an id it is a second copy. An operator may repeat our words, so his are no proof.
 *
 * A medium whose echo has another address than we gave can be known only by ids, its call's at the least: then an echo of a
 * medium is of a medium of that call, and of a text otherwise.
 */
export function matchEcho(candidates: readonly EchoCandidate[], { callIds, namesCall, text, isOperators }: EchoMarks): { id: string; by: 'notification' | 'text' } | null {
  const isEchoed = (one: EchoCandidate): boolean => isSameText(one.text, text);
  const ofCall = candidates.filter(({ notificationId }) => notificationId !== null && callIds.includes(notificationId));
  const parts = ofCall.filter(isUnbound);
  const part = parts.find(isEchoed) ?? parts.find((one) => isAddress(one.text) === isAddress(text)) ?? parts[0];
  if (part) return { id: part.id, by: 'notification' };

  const free = isOperators ? [] : candidates.filter((one) => isUnbound(one) && isEchoed(one) && isPossible(one));
  const unanswered = namesCall ? free.filter(({ notificationId }) => notificationId === null) : [];
  const one = unanswered.find(({ state }) => state === 'sending') ?? unanswered[0] ?? free[0];
  if (one) return { id: one.id, by: 'text' };

  const copied = ofCall.find(isEchoed);
  if (copied) return { id: copied.id, by: 'notification' };
  const resent = isOperators ? undefined : candidates.find((each) => each.wasResent && isEchoed(each));
  return resent ? { id: resent.id, by: 'text' } : null;
}

const isUnbound = ({ remoteId }: EchoCandidate): boolean => remoteId === null;
/** Of what was never sent, or surely failed, nothing can be told. */
const isPossible = ({ state, wasInDoubt }: EchoCandidate): boolean => mayHaveBeenSeen.has(state) || (state !== 'dead' && wasInDoubt);
