import type { OpenMessage } from './open-message.js';
import { isParked, staleReason } from './stale.js';

export type Messages = [OpenMessage, ...OpenMessage[]];

/** What a chat's queue asks for now. */
export type Step =
  /** Nothing is open. */
  | { do: 'rest' }
  /** The head is not due, is with another worker, or is in doubt. */
  | { do: 'wait'; ms: number }
  | { do: 'send'; messages: Messages }
  /** The worker that had them is lost: whether it sent, nobody can say. */
  | { do: 'hold'; messages: Messages }
  /** In doubt for long enough: is there a trace of them at Botmaker? */
  | { do: 'look-up'; messages: Messages }
  | { do: 'expire'; messages: Messages; reason: string }
  /** The window has closed: they wait for the customer. */
  | { do: 'park'; messages: Messages };

/** The parts of one call were claimed by one statement, and still a moment after each other. */
const togetherMs = 3;

/**
 * Only the head of a chat's queue decides, so that order holds: whatever waits or is in doubt there blocks this chat, and no
 * other. `open` is in the order of sending.
 */
export function nextStep(open: readonly OpenMessage[]): Step {
  const [head] = open;
  if (!head) return { do: 'rest' };
  const ofRun = (fits: (message: OpenMessage) => boolean): Messages => [head, ...open.slice(1).filter((message) => message.runId === head.runId && fits(message))];
  if (head.state === 'sending') {
    if (isDoubtful(head)) return head.doubtInMs > 0 ? { do: 'wait', ms: head.doubtInMs } : { do: 'look-up', messages: ofRun((message) => isDoubtful(message) && message.doubtInMs <= togetherMs) };
    return isHeld(head) ? { do: 'wait', ms: head.leaseInMs } : { do: 'hold', messages: ofRun((message) => message.state === 'sending' && !isDoubtful(message) && !isHeld(message)) };
  }
  if (isParked(head)) return { do: 'park', messages: ofRun((message) => message.state !== 'sending' && isParked(message)) };
  const reason = staleReason(head);
  if (reason !== null) return { do: 'expire', messages: ofRun((message) => message.state !== 'sending' && staleReason(message) === reason), reason };
  if (head.dueInMs > 0) return { do: 'wait', ms: head.dueInMs };
  return { do: 'send', messages: together(head, open.slice(1)) };
}

const isDoubtful = (message: OpenMessage): message is OpenMessage & { doubtInMs: number } => message.state === 'sending' && message.doubtInMs !== null;
const isHeld = (message: OpenMessage): message is OpenMessage & { leaseInMs: number } => message.leaseInMs !== null && message.leaseInMs > 0;

/** What goes out in one call: the head and what is said right behind it by the same turn. An intent goes alone. */
function together(head: OpenMessage, behind: readonly OpenMessage[]): Messages {
  if (head.outgoing.kind === 'intent') return [head];
  const end = behind.findIndex((message) => message.runId !== head.runId || message.outgoing.kind === 'intent' || message.state === 'sending' || message.dueInMs > 0 || staleReason(message) !== null);
  return [head, ...(end === -1 ? behind : behind.slice(0, end))];
}
