/**
 * The correlation log, entry by entry: what each type means and what its `detail` holds.
 *
 * The log is data, not logging. An entry is written in the transaction of the step it describes, so it can't claim
 * something that was rolled back. It holds codes, counts and ids, never text, tokens or phone numbers: what was said stays
 * in the rows of `event` and `message` that the entry points at, and can be erased there without touching the log.
 */
export interface EntryDetails {
  /** An event was stored for the first time. */
  'inbox.accepted': { kind: string; author: string | null; door: string; backfill: boolean };
  /** A redelivery was absorbed by the event's unique key. */
  'inbox.duplicate': { kind: string; door: string };
  /** Stored, understood, and nothing to do; `reason` says why. */
  'inbox.ignored': { kind: string; door: string };
  /** Stored raw and not understood; `reason` says why, `detail` names the field. */
  'inbox.quarantined': { door: string; detail: string };

  /** A customer message will not be answered by us; `reason` says why. */
  'mail.ignored': { owner: string };
  /** A message that says no more than that the customer is back: what was parked for him answers it. */
  'mail.answered': Record<string, never>;
  /** A message that we answer although we had read a later one before: it came late, or the sweep found it (`backfill`). */
  'mail.late': { backfill: boolean };
  /** A message that came just before the hand-off is ours to answer after all. */
  'mail.reopened': { count: number };
  /** Another party may speak in the chat from now on. */
  'chat.owner-changed': { from: string; to: string };
  /** The customer wants no messages but answers (again all of them). */
  'chat.opted-out': Record<string, never>;
  'chat.opted-in': Record<string, never>;
  /** It was seen that the flow has the chat again; `triggers` says how often the intent was run. */
  'chat.return-verified': { triggers: number };
  /** The flow had not taken the chat back: the intent is run once more. */
  'chat.return-repeated': { triggers: number };
  /** It never did, or (not `isSeen`) nobody could see it. */
  'chat.return-failed': { triggers: number; isSeen: boolean };
  /** An answer was ready when the window had closed: the customer is to be asked to come back. */
  'window.closed': Record<string, never>;
  /** He can not be asked yet: opted-out, quiet-hours, no-template, or templates-unseen when Botmaker did not tell which there are. */
  'window.waits': { for: string; inMs: number };
  /** A template asks him. */
  'window.asked': { template: string };
  /** He has written: what was parked is said. */
  'window.opened': Record<string, never>;
  /** A customer waits for long, and nobody has answered. */
  'chat.silent': { owner: string };
  /** What we did about it: sort, reopen, give-back. */
  'chat.silence-acted': { owner: string; act: string };

  /** A turn waits for the burst to end; `startsInMs` from now. */
  'turn.queued': { startsInMs: number };
  /** A further message of the burst joined a waiting turn. */
  'turn.extended': { startsInMs: number };
  /** A worker reads the mail. */
  'turn.started': { attempt: number; mail: number; model: string };
  /** One step of the agent's graph; `tools` names what it used and how that ended. */
  'agent.step': { node: string; ms: number; inputTokens: number; outputTokens: number; passages: string[]; tools: string[] };
  /** A tool's effect is about to be had; `call` names it within the turn, by tool and arguments. Written before it. */
  'effect.begun': { tool: string; call: string };
  'effect.done': { tool: string; call: string; ms: number };
  /** Surely not had. */
  'effect.failed': { tool: string; call: string; code: string; ms: number };
  /** It was had before: what it gave then was given again. */
  'effect.kept': { tool: string; call: string };
  /** It may have been had, and is not tried again: `code` says what came in between. A person looks. */
  'effect.unknown': { tool: string; call: string; code: string };
  /** The agent proposed, nothing is done yet. */
  'turn.decided': { decision: string; parts: number; media?: number; options?: number; ms: number; repaired: boolean };
  'turn.finished': { outcome: string; ms: number };
  /** A try failed. */
  'turn.failed': { code: string; attempt: number };
  /** It is not tried again, because it broke every worker that tried; the customer got the fallback. */
  'turn.dead': { attempts: number; ms: number };
  /** The worker gave the turn back: it drains, or the model is to be asked again after `inMs`. */
  'turn.released': { attempt: number; code: string; inMs: number };
  'turn.skipped': Record<string, never>;
  /** The customer wrote while it was under way: another turn takes its place (`reason`: merged, interrupted), and answers for its `effects`. */
  'turn.superseded': { into: string; effects: number };

  'outbox.queued': { kind: string; part: number };
  /** What the turn says was given to a code block of the flow, in the answer to its call: the API never sends it. */
  'response.given': Record<string, never>;
  /** The same was given to a further call about the same message. */
  'response.repeated': Record<string, never>;
  /** A code block waits no longer, because `why`: what there is to say is sent by the API. */
  'response.late': { why: string };
  'delivery.attempted': { attempt: number; parts: number };
  /** Botmaker took it: queued there, not yet seen by the customer. */
  'delivery.accepted': { attempt: number; httpStatus: number; ms: number };
  /** Surely not sent, tried again later. */
  'delivery.retrying': { attempt: number; code: string; inMs: number };
  /** Surely not sent and not tried again. */
  'delivery.rejected': { attempt: number; code: string; httpStatus: number | null };
  /** May have been sent: held until an echo settles it. */
  'delivery.in-doubt': { attempt: number; code: string; holdMs: number };
  /** Botmaker was asked whether it has a message in doubt; `sight` is there, absent, or failed: then it proved nothing. */
  'delivery.looked-up': { attempt: number; sight: string };
  /** No echo came and `looks` proved it absent: it is sent once more. */
  'message.resending': { looks: number };
  /** Botmaker has the message; `by` says which id of an echo matched, or that it was found otherwise (lookup, variables). */
  'message.confirmed': { by: string };
  'message.sent': Record<string, never>;
  'message.delivered': Record<string, never>;
  'message.read': Record<string, never>;
  /** The platform could not deliver it; `code` is the platform's. */
  'message.failed': { code: string };
  /** A second copy was seen at Botmaker: the customer has it twice. */
  'message.duplicate-detected': { by: string };
  /** Nobody can tell whether the customer saw it; `reason` says why. A person looks. */
  'message.unknown': { heldMs: number };
  /** Not sent, because it no longer fits; `reason` says why. */
  'message.expired': Record<string, never>;
  'message.held': Record<string, never>;
  /** What was held is sent after all. */
  'message.released': Record<string, never>;
  /** A person had it sent again; `note` says why, in words without names and numbers. */
  'message.redriven': { by: string; note: string };

  'token.stored': { version: number; source: string };
  'token.refreshed': { version: number };
  'token.refresh-failed': { code: string };

  /** The webhook missed messages of this chat. */
  'sweep.found': { count: number };
}

export type EntryType = keyof EntryDetails;

/** The rows an entry points at. */
export interface EntryRefs {
  chatId?: string | null;
  runId?: string | null;
  eventId?: bigint | null;
  messageId?: string | null;
  correlationId?: string | null;
  /** One of `reason-codes.ts` where the type speaks of a reason. */
  reason?: string | null;
}

export type NewEntry = { [T in EntryType]: { type: T; detail: EntryDetails[T] } & EntryRefs }[EntryType];
