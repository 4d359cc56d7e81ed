import type { ChatAddress } from '../botmaker/index.js';
import type { MediaFile } from './rendering/media-types.js';

/*
 * The life of a message.
 *
 *   planned ──claim──▶ sending ──202──▶ accepted ──▶ sent ──▶ delivered ──▶ read
 *      ▲                │  │ └──surely refused, or failed later──▶ dead
 *   retrying ◀─surely───┘  └──nobody knows──▶ (stays sending, held in doubt)
 *      ▲       not sent                              │ an echo, or a look at Botmaker's list ──▶ accepted
 *      └──────proved absent by two looks, once───────┤ proved absent, and it no longer fits ──▶ expired
 *                                                    └ absent again, or nobody can tell ──▶ unknown
 *
 * planned    Stored with its text, in the transaction that ended the turn; or planned anew by a person. Nothing is under way.
 * retrying   An attempt surely did not reach Botmaker, or one in doubt left no trace there; the next one is due at
 *            `nextAttemptAt`. An echo that comes before it calls it off.
 * sending    A worker holds it by `epoch` and lease, or, when `doubtUntil` is set, an attempt ended without our knowing
 *            whether Botmaker took it. While in doubt it is not sent and the rest of the chat waits behind it. `doubtUntil`
 *            is when it is looked for: `SEND_DOUBT_MS` after the claim, once more half of that later (after-lookup.ts).
 * accepted   Botmaker queued it (202), an echo proved that it has it, or it was given to a code block in the answer to its
 *            call (call-step.ts). sent, delivered, read: told by statuses.
 * dead       Surely refused, or the platform reported a failure; `reason` says which. A person may send it again.
 * unknown    Nobody knows whether the customer saw it: a send in doubt, or what a code block was given and no echo ever showed.
 *            A person looks, and may send it again.
 * expired    Not sent (again), because it no longer fits: the customer wrote again, a person has the chat, it is too old, or
 *            the window is closed and nothing can open it (stale.ts). Should it have been sent after all, its echo says so.
 * held       Waits for something outside. A person has the chat and has not written yet: when he lets go and nobody wrote, it is
 *            planned anew; else it expires (held-messages.store.ts). Or the window has closed, as we know or as the platform told
 *            afterwards: it is planned anew when the customer writes (parked-messages.store.ts).
 *
 * What Botmaker tells moves a message forward only: statuses come twice, late and in any order. It can tell of a message
 * that waits or has ended only when an earlier attempt was in doubt (`doubtedAt`).
 */
export const messageStates = ['planned', 'sending', 'accepted', 'sent', 'delivered', 'read', 'retrying', 'held', 'expired', 'dead', 'unknown'] as const;
export type MessageState = (typeof messageStates)[number];

/** From which states each state can be reached; checked at boot for states that nothing leads to. */
export const mayBecome: Record<MessageState, readonly MessageState[]> = {
  planned: ['sending', 'held', 'expired', 'dead', 'accepted', 'sent', 'delivered', 'read'],
  retrying: ['sending', 'held', 'expired', 'dead', 'accepted', 'sent', 'delivered', 'read'],
  sending: ['accepted', 'retrying', 'held', 'expired', 'dead', 'unknown', 'sent', 'delivered', 'read'],
  accepted: ['sent', 'delivered', 'read', 'held', 'dead', 'unknown'],
  sent: ['delivered', 'read', 'held', 'dead'],
  delivered: ['read', 'dead'],
  read: [],
  held: ['planned', 'expired', 'dead'],
  expired: ['planned', 'accepted', 'sent', 'delivered', 'read'],
  dead: ['planned'],
  unknown: ['accepted', 'sent', 'delivered', 'read', 'dead', 'planned'],
};

/** The states that `next` may be entered from, for a conditional update. */
export function statesBefore(next: MessageState): MessageState[] {
  return messageStates.filter((state) => mayBecome[state].includes(next));
}

/** One message as it is sent, its words as the chat's channel shows them. What is wanted becomes such messages in `rendering/`. */
export type Outgoing =
  | { kind: 'text'; text: string }
  /** WhatsApp's list; a tap brings the row's id back. */
  | { kind: 'list'; text: string; button: string; rows: { id: string; title: string; description?: string }[] }
  /** A tap runs the intent in the flow. */
  | { kind: 'buttons'; text: string; buttons: { label: string; intent: string }[] }
  | ({ kind: 'media' } & MediaFile)
  /**
   * `mute`: the customer sees nothing of it, and done twice it is done once; nobody waits for it long. `template`: it asks him to
   * open the window again, and he would see it twice.
   */
  | { kind: 'intent'; intentIdOrName: string; variables: Record<string, string>; purpose?: 'mute' | 'template' };

/**
 * The words by which its echo and Botmaker's list of the chat can be known: of a list or buttons what stands above them [G], of a
 * medium its address. What an intent says is the flow's.
 */
export function wordsOf(outgoing: Outgoing): string | null {
  switch (outgoing.kind) {
    case 'text':
    case 'list':
    case 'buttons':
      return outgoing.text;
    case 'media':
      return outgoing.url;
    case 'intent':
      return null;
  }
}

/** Messages of one turn that go out in one call, in order; or one intent. */
export interface Claim {
  deliveryId: bigint;
  runId: string;
  chatId: string;
  correlationId: string;
  attempt: number;
  /** Since the first of them was planned. */
  plannedMs: number;
  epoch: number;
  address: ChatAddress;
  messages: { id: string; part: number; outgoing: Outgoing }[];
}

/** Compact, versioned, a string: what travels in `webhookPayload` and comes back with the echo. */
export function payloadOf(runId: string, message: { id: string; part: number }): string {
  return JSON.stringify({ v: 1, runId, message: message.id, part: message.part });
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Our message id out of a payload that came back; null when it is not ours. Strict: the database refuses what is no UUID. */
export function messageIdIn(payload: string | null): string | null {
  if (!payload?.startsWith('{')) return null;
  try {
    const { v, message } = JSON.parse(payload) as { v?: unknown; message?: unknown };
    return v === 1 && typeof message === 'string' && uuid.test(message) ? message : null;
  } catch {
    return null;
  }
}
