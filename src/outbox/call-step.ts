import type { MessageState, Outgoing } from './message.js';

/*
 * The life of a code block's call.
 *
 *   waiting ──its turn has ended, nothing of it went out──▶ answered (the messages are `accepted`, in one statement)
 *      │ └──the turn says nothing, or is not ours──▶ ignored(reason)
 *      └──time is up, the caller is gone, the process drains──▶ left: the outbox sends
 *
 * waiting   What is planned for it is due when it stops waiting, not before.
 * answered  Its messages are never sent by the API. A further call about the same message (Botmaker runs a block again that it
 *           got no answer from) is given the same again, for a minute.
 * left      The answer is the outbox's, or was sent before the call came.
 *
 * Of the call and the outbox one delivers: both take the messages out of `planned` under the lock of their rows. The answer is
 * marked before it is written to the caller. Should the process die in between, or the block never say it, the customer saw
 * nothing: the repeated call gets it, else no echo comes and it ends `unknown` (unseen-answers.job.ts). It is not sent then:
 * the block may have said it all the same, where echoes are late or off.
 */

/** How long a repeated call is given the answer again. Botmaker repeats after some 17 s [1]. */
export const repeatForMs = 60_000;

export interface CallSight {
  /** Why the call speaks of no message; null: it does. */
  reason: string | null;
  /** The call's own event is not sorted yet: what is known of the message is from before it. */
  isUnsorted: boolean;
  eventState: 'received' | 'read' | 'ignored' | 'quarantined' | null;
  eventReason: string | null;
  owner: string | null;
  turn: { runId: string; isOver: boolean; reason: string | null } | null;
  /** What the turn said, in order. */
  messages: { state: MessageState; reason: string | null; outgoing: Outgoing }[];
  /** The turn's answer was given to a block. `isSame`: to one that spoke of the same message. */
  given: { isSame: boolean; agoMs: number } | null;
}

/** What is to be done about a call that waits. */
export type CallStep =
  | { do: 'wait' }
  | { do: 'ignore'; reason: string }
  /** The API sends it, or has sent it. */
  | { do: 'leave' }
  | { do: 'give'; runId: string }
  | { do: 'repeat'; runId: string };

export function callStep({ reason, isUnsorted, eventState, eventReason, turn, messages, given }: CallSight): CallStep {
  if (reason !== null) return { do: 'ignore', reason };
  if (isUnsorted || eventState === 'received') return { do: 'wait' };
  if (eventState === 'ignored' || eventState === 'quarantined') return { do: 'ignore', reason: eventReason ?? eventState };
  if (!turn) return { do: 'ignore', reason: 'duplicate' };
  if (!turn.isOver) return { do: 'wait' };
  const { runId } = turn;
  if (given && !given.isSame) return { do: 'ignore', reason: 'merged' };
  if (given) return given.agoMs > repeatForMs ? { do: 'ignore', reason: 'duplicate' } : { do: 'repeat', runId };
  const [first] = messages;
  if (!first) return { do: 'ignore', reason: turn.reason ?? 'silent' };
  if (messages.every(({ state }) => state === 'expired')) return { do: 'ignore', reason: first.reason ?? 'superseded' };
  if (messages.every(({ state }) => state === 'planned')) return { do: 'give', runId };
  return { do: 'leave' };
}
