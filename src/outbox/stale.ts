import type { OpenMessage } from './open-message.js';

/** A mute that comes later than this holds up an answer and helps nobody: the next turn sees that the bot speaks. */
export const muteForMs = 15_000;

/** How old an answer may be that is sent once more. One that was surely never sent is tried for longer: `tryForMs`. */
export const resendForMs = 5 * 60_000;

/**
 * Why a message may not be sent (again), or null. An intent that gives the chat back has no window and no age: without it
 * the chat stays muted and nobody holds it. It is stale only when somebody holds the chat: an operator, or the agent again,
 * because then the flow has had the chat and handed it over anew.
 */
export function staleReason(message: OpenMessage): string | null {
  if (message.isHumans) return 'owned-by-human';
  if (message.outgoing.kind === 'intent' && message.outgoing.purpose === 'mute') return muteStaleReason(message);
  // The customer has written: nobody has to ask him to.
  if (isTemplate(message) && !message.isWindowClosed) return 'superseded';
  const isIntent = message.outgoing.kind === 'intent';
  if (!isIntent && message.isWindowClosed) return 'window-closed';
  if (!message.mayHaveBeenSent) return null;
  if (isIntent) return message.isAgents ? 'superseded' : null;
  if (message.hasNewerMail) return 'superseded';
  return message.plannedMs > resendForMs ? 'too-old' : null;
}

/**
 * It waits until the customer opens the window, instead of being given up. Not what may have been sent before: nobody could tell
 * its echo from that of a second copy.
 */
export function isParked(message: OpenMessage): boolean {
  const { outgoing, isHumans, isWindowClosed, canReopen, mayHaveBeenSent } = message;
  return outgoing.kind !== 'intent' && isWindowClosed && canReopen && !isHumans && !mayHaveBeenSent;
}

export const isTemplate = ({ outgoing }: Pick<OpenMessage, 'outgoing'>): boolean => outgoing.kind === 'intent' && outgoing.purpose === 'template';

/** The bot is muted for the agent alone: whoever else has the chat needs it, or has muted it himself. */
function muteStaleReason({ isAgents, plannedMs }: OpenMessage): string | null {
  if (!isAgents) return 'not-handed-off';
  return plannedMs > muteForMs ? 'too-old' : null;
}
