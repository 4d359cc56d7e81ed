import { mayBecome, type MessageState } from './message.js';
import { isAddress, isSameText } from './same-text.js';

/** One of our messages, as it was when a copy of it was seen at Botmaker. */
export interface SeenMessage {
  state: MessageState;
  text: string | null;
  remoteId: string | null;
}

/** The copy: an echo, or a line of the listing. */
export interface Copy {
  remoteId: string | null;
  text: string | null;
  /** The id stands for a message of ours already, or for a copy that was counted. */
  isKnown: boolean;
}

export interface Confirmed {
  /** Null: it stays what it is. */
  becomes: MessageState | null;
  /** The id under which Botmaker knows the message from now on; null: nothing new. */
  remoteId: string | null;
  isDuplicate: boolean;
}

/**
 * What a copy of a message proves: Botmaker has it, so a doubt is over and a planned resend is off. One remote message stands
 * for one of ours. A second id with the same words is a second copy; with other words it is a part of a message that the
 * platform has cut in two. A medium can't be cut, so a second id of one is a second copy under whatever address.
 */
export function afterEcho(message: SeenMessage, { remoteId, text, isKnown }: Copy): Confirmed {
  const isNew = remoteId !== null && !isKnown;
  return {
    becomes: mayBecome[message.state].includes('accepted') ? 'accepted' : null,
    remoteId: isNew && message.remoteId === null ? remoteId : null,
    isDuplicate: isNew && message.remoteId !== null && message.remoteId !== remoteId && (isSameText(message.text, text) || (isAddress(message.text) && isAddress(text))),
  };
}
