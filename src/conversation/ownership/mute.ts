import type { ChatProof } from '../../botmaker/index.js';
import type { Outgoing } from '../../outbox/index.js';

/**
 * Whether Botmaker's own bot is to be muted (again) before we answer. Its mute ends by itself, after 30 or 60 minutes depending
 * on how it began [O]: then the flow answers too, and the customer has two answers. A look older than our last mute says
 * nothing about it.
 */
export function isMuteDue({ proof, mutedForMs }: { proof: ChatProof | null; mutedForMs: number }, remuteAfterMs: number): boolean {
  if (proof?.isBotMuted === false && proof.ageMs < mutedForMs) return true;
  return mutedForMs > remuteAfterMs;
}

/** There is no call that mutes [O]: a small intent of the flow does. */
export const muteBy = (intentIdOrName: string): Outgoing => ({ kind: 'intent', intentIdOrName, variables: {}, purpose: 'mute' });
