import type { ChatProof } from '../../botmaker/index.js';

/*
 * The life of a return: a chat that we gave back to the flow, until it is seen that the flow has it.
 *
 *   begun ──its messages are out──▶ looked at ──the bot speaks, the variable is cleared──▶ verified (the row goes)
 *                                    │     ▲
 *                                    │     └── looked at again, then the intent run again, with growing pauses
 *                                    ├── somebody else has the chat by now ──▶ over (the row goes)
 *                                    └── run as often as may be, or never seen for long ──▶ failed
 *
 * There is no call that unmutes a bot [O]: an intent of the flow does, and whoever edits the flow can break it. A return that
 * nobody checks leaves a chat that is muted and nobody's. A failed one goes to the queue of people, or else stays ours, so that
 * the customer's next message is answered by somebody; and an alarm tells those who can mend the flow.
 */

/** What a look shows. `unseen`: it shows nothing; the next one may. */
export type ReturnSight = 'returned' | 'not-returned' | 'person' | 'unseen';

export type ReturnStep =
  | { do: 'verified' }
  | { do: 'over' }
  | { do: 'look-again'; inMs: number; isCounted: boolean }
  | { do: 'run-again'; inMs: number }
  /** `isSeen`: it surely did not come back; otherwise nobody could see. */
  | { do: 'fail'; isSeen: boolean };

export interface ReturnState {
  /** How often the intent was run. */
  triggers: number;
  /** Looks since then that showed the chat not returned. */
  looks: number;
  begunMs: number;
}

/** An intent takes a moment to run: it is run again only after so many looks that showed nothing of it. */
const looksEach = 2;
const mostTriggers = 3;
/** A look that shows nothing comes again after this many checks. */
const unseenChecks = 3;
/** Nobody waits longer than this for a look that keeps failing. */
const giveUpMs = 15 * 60_000;

export function sightOf(proof: ChatProof | null): ReturnSight {
  if (proof === null) return 'unseen';
  if (!proof.isKnown) return 'returned';
  if (proof.agentId !== null) return 'person';
  if (proof.isBotMuted === null) return 'unseen';
  return !proof.isBotMuted && proof.isHandedOver !== true ? 'returned' : 'not-returned';
}

export function afterLook({ triggers, looks, begunMs }: ReturnState, sight: ReturnSight, checkMs: number): ReturnStep {
  if (sight === 'returned') return { do: 'verified' };
  if (sight === 'person') return { do: 'over' };
  if (sight === 'unseen') return begunMs > giveUpMs ? { do: 'fail', isSeen: false } : { do: 'look-again', inMs: unseenChecks * checkMs, isCounted: false };
  if (looks + 1 < looksEach) return { do: 'look-again', inMs: 2 * triggers * checkMs, isCounted: true };
  return triggers < mostTriggers ? { do: 'run-again', inMs: (triggers + 1) * checkMs } : { do: 'fail', isSeen: true };
}
