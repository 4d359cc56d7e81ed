import type { ChannelRules } from '../../platform/index.js';

/** An agent's chat in which nobody writes, as a look finds it. */
export interface QuietChat {
  /** Since the customer last wrote, we last answered, or the chat became the agent's: the latest of the three. */
  quietMs: number;
  /** The customer was told in this silence that the conversation will be closed. */
  isWarned: boolean;
  /** He wants no messages that he has not asked for. */
  isOptedOut: boolean;
  /** Somebody is at it: mail is unread, a turn waits or runs, something of ours is not out or kept back, the silence is acted upon. */
  isBusy: boolean;
  /** The flow was given it and did not take it: that is not tried again for a silence. */
  isStranded: boolean;
}

export type InactivityStep = { do: 'wait'; inMs: number } | { do: 'warn' } | { do: 'return' };

/** How soon a chat is looked at again in which nothing is to be done as things are. */
const againMs = 600_000;
const shortestMs = 250;

/** What a silence of the customer leads to: nothing yet, one warning where that is configured, the flow. */
export function stepIn(chat: QuietChat, { warnAfterMs, returnAfterMs }: ChannelRules['ends']['inactivity']): InactivityStep {
  const { quietMs, isWarned, isOptedOut, isBusy, isStranded } = chat;
  const warnAt = isWarned || isOptedOut ? null : warnAfterMs;
  const next = [warnAt, returnAfterMs].filter((at) => at !== null);
  if (isStranded || next.length === 0) return { do: 'wait', inMs: againMs };
  if (isBusy) return { do: 'wait', inMs: Math.max(shortestMs, Math.min(...next) / 10) };
  if (returnAfterMs !== null && quietMs >= returnAfterMs) return { do: 'return' };
  if (warnAt !== null && quietMs >= warnAt) return { do: 'warn' };
  return { do: 'wait', inMs: Math.max(shortestMs, Math.min(...next.filter((at) => at > quietMs)) - quietMs) };
}
