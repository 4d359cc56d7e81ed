import type { Outgoing } from './message.js';

/**
 * A message that is not over, as a look at its chat's queue sees it, with what has happened around it since. Spans are in
 * milliseconds by the database's clock, so that replicas with other clocks judge alike.
 */
export interface OpenMessage {
  id: string;
  runId: string;
  part: number;
  correlationId: string;
  outgoing: Outgoing;
  state: 'planned' | 'retrying' | 'sending';
  attempts: number;
  epoch: number;
  /** Since it was planned, or planned anew by a person. */
  plannedMs: number;
  dueInMs: number;
  /** Since the last attempt was claimed. */
  sendingMs: number | null;
  leaseInMs: number | null;
  /** Until a doubt is to be looked into; null: it is not in doubt. */
  doubtInMs: number | null;
  /** Looks that proved it absent since the last attempt. */
  lookups: number;
  /** Looks in a row that failed, since then or since the last one that proved it absent. */
  failedLooks: number;
  /** An earlier attempt got no answer. */
  mayHaveBeenSent: boolean;
  wasResent: boolean;
  /** An operator has written since it was planned, and has the chat. */
  isHumans: boolean;
  isWindowClosed: boolean;
  /** A template can open it: there are none but WhatsApp's. */
  canReopen: boolean;
  /** The chat is the agent's (again). */
  isAgents: boolean;
  /** The customer has written since the last attempt, or since a person planned it anew. */
  hasNewerMail: boolean;
  /** Botmaker has told, since the first attempt in doubt, the very variables that this intent sets. */
  isEffectTold: boolean;
}
