import { isRoutedAway, isSet, type RemoteChat } from '../botmaker/index.js';
import type { ChatNews } from './inbox-body.js';

/** What we know of a chat; all of it is absent for one that no webhook ever spoke of. */
export interface KnownChat {
  lastCustomerAt: Date | null;
  /** When a webhook last told more of it than a status, by our clock. */
  lastNewsAt: Date | null;
  owner: string;
  ownerSince: Date | null;
  variables: Record<string, string>;
}

export interface Look {
  handoffVariable: string;
  /** What is younger may be under way by webhook. */
  settledUntil: Date;
  /** From here on each active chat is looked into, also those that do not differ; null when nothing is suspected. */
  thoroughFrom: Date | null;
}

/** `differs`: the customer wrote, and we do not know it. `suspected`: an earlier message of his may be missing. */
export type Finding = 'differs' | 'suspected' | null;

const unknownChat: KnownChat = { lastCustomerAt: null, lastNewsAt: null, owner: 'flow', ownerSince: null, variables: {} };

/**
 * Whether a chat's messages must be fetched. Only the time of the customer's last message is listed: a message that was lost
 * right before one that arrived does not show. Therefore, where something else tells that the webhook lost messages, every
 * chat in which a customer wrote since then is suspected.
 */
export function findingOf(chat: RemoteChat, known: KnownChat | undefined, { settledUntil, thoroughFrom }: Look): Finding {
  const { lastUserMessageAt } = chat;
  if (lastUserMessageAt === null || isRoutedAway(chat.variables)) return null;
  const isKnown = (known?.lastCustomerAt?.getTime() ?? 0) >= lastUserMessageAt.getTime();
  if (!isKnown && lastUserMessageAt < settledUntil) return 'differs';
  return thoroughFrom !== null && lastUserMessageAt >= thoroughFrom ? 'suspected' : null;
}

/**
 * What the listing itself tells, as of the moment it was asked: a hand-off that was set or taken back, a person who took the
 * chat. Anything that a webhook may still tell, or told meanwhile, is left to it. A variable that the listing does not name
 * says nothing: it may have expired with its session [M].
 */
export function newsOf(chat: RemoteChat, known: KnownChat = unknownChat, { handoffVariable, settledUntil }: Look): ChatNews | null {
  if (isRoutedAway(chat.variables)) return null;
  const moments = [chat.lastUserMessageAt, known.lastNewsAt, known.ownerSince];
  if (moments.some((at) => at !== null && at >= settledUntil)) return null;
  if (chat.agentId !== null) return known.owner === 'agent' ? { agentId: chat.agentId } : null;
  const listed = chat.variables?.[handoffVariable];
  if (typeof listed !== 'string' && typeof listed !== 'boolean') return null;
  return isSet(String(listed)) === isSet(known.variables[handoffVariable]) ? null : { variables: { [handoffVariable]: String(listed) } };
}
