import { isUnheld, type ChatProof } from '../../botmaker/index.js';
import type { Owner, OwnerChange } from '../sorting.js';

/** What we hold of a chat, when Botmaker's word on it is weighed. */
export interface HeldOwner {
  owner: Owner;
  ownerReason: string | null;
  /** Since it has this owner. */
  ownedMs: number;
  /** A person has been seen in it since: he wrote, or had it when it was looked at. */
  wasPersonSeen: boolean;
  /** It was given back to the flow, and that is still being checked. */
  isReturning: boolean;
  /** Something of ours is to be sent, or under way. */
  isSending: boolean;
}

export type Weighed =
  /** As we hold it. */
  | { is: 'known' }
  | { is: 'changed'; change: OwnerChange }
  /** The bot is muted, and nobody else has the chat. */
  | { is: 'unheld' };

/** Before that, an intent that hands the chat to people may simply not have run yet. */
const handingMs = 30_000;

/**
 * What a look at a chat changes about who may speak in it. A look tells what no webhook does: a person who took the chat and has
 * not written, one who let it go, a flow that handed over while the variable was set already.
 *
 *   any ──a person has it──▶ human
 *   human ──he has let it go──▶ agent (muted, the variable set), flow (the bot speaks), or nobody (muted)
 *   flow ──muted, the variable set──▶ agent
 *
 * Whom we handed it to is waited for: a chat that no person has been seen in was not let go. Nor does a look take the chat from
 * the agent for anybody but a person: an answer that is a second old may be from before the hand-over.
 */
export function weigh(held: HeldOwner, proof: ChatProof): Weighed {
  const to = (owner: Owner, reason: string): Weighed => ({ is: 'changed', change: { from: held.owner, to: owner, reason } });
  if (!proof.isKnown) return { is: 'known' };
  if (proof.agentId !== null) return held.owner === 'human' && held.wasPersonSeen ? { is: 'known' } : to('human', 'operator-has-chat');
  const isOurs = proof.isBotMuted === true && proof.isHandedOver === true;
  switch (held.owner) {
    case 'agent':
      return { is: 'known' };
    case 'flow':
      if (held.isReturning) return { is: 'known' };
      if (isOurs) return to('agent', 'handed-off');
      return isUnheld(proof) ? { is: 'unheld' } : { is: 'known' };
    case 'human':
      if (!held.wasPersonSeen) return isOurs && !held.isSending && held.ownedMs > handingMs ? to('agent', 'handing-failed') : { is: 'known' };
      if (isOurs) return to('agent', 'released');
      if (proof.isBotMuted === false) return to('flow', 'released');
      return isUnheld(proof) ? { is: 'unheld' } : { is: 'known' };
  }
}
