/*
 * The life of a message.
 *
 *   planned ──claim──▶ sending ──202──▶ accepted ──▶ sent ──▶ delivered ──▶ read
 *      ▲                │  │ └──surely refused, or failed later──▶ dead
 *   retrying ◀─surely───┘  └──nobody knows──▶ (stays sending, held in doubt) ──▶ unknown
 *             not sent
 *
 * planned    Stored with its text, in the transaction that ended the turn. Nothing was sent.
 * retrying   An attempt surely did not reach Botmaker; the next one is due at `nextAttemptAt`.
 * sending    A worker holds it by `epoch` and lease, or, when `doubtUntil` is set, an attempt ended without our knowing
 *            whether Botmaker took it. While in doubt it is never sent again and the rest of the chat waits behind it: an
 *            echo settles it, else it becomes `unknown`.
 * accepted   Botmaker queued it (202), or an echo proved that it has it. sent, delivered, read: told by statuses.
 * dead       Surely refused, or the platform reported a failure; `reason` says which. A person may send it again.
 * unknown    Nobody knows whether the customer saw it. A person looks.
 * held       Waits for something outside (a person to release the chat, a window to open). expired: no longer fits.
 *
 * What Botmaker tells moves a message forward only: statuses come twice, late and in any order.
 */
export const messageStates = ['planned', 'sending', 'accepted', 'sent', 'delivered', 'read', 'retrying', 'held', 'expired', 'dead', 'unknown'] as const;
export type MessageState = (typeof messageStates)[number];

/** From which states each state can be reached; checked at boot for states that nothing leads to. */
export const mayBecome: Record<MessageState, readonly MessageState[]> = {
  planned: ['sending', 'held', 'expired', 'dead'],
  retrying: ['sending', 'held', 'expired', 'dead', 'accepted', 'sent', 'delivered', 'read'],
  sending: ['accepted', 'retrying', 'dead', 'unknown', 'sent', 'delivered', 'read'],
  accepted: ['sent', 'delivered', 'read', 'dead'],
  sent: ['delivered', 'read', 'dead'],
  delivered: ['read', 'dead'],
  read: [],
  held: ['planned', 'expired', 'dead'],
  expired: ['planned'],
  dead: ['planned'],
  unknown: ['accepted', 'sent', 'delivered', 'read', 'dead', 'planned'],
};

/** The states that `next` may be entered from, for a conditional update. */
export function statesBefore(next: MessageState): MessageState[] {
  return messageStates.filter((state) => mayBecome[state].includes(next));
}

/** What we want to be sent; `queue` makes messages of it. */
export type Outgoing =
  | { kind: 'text'; text: string }
  | { kind: 'intent'; intentIdOrName: string; variables: Record<string, string> };

/** A message as it is claimed for sending. */
export interface ClaimedMessage {
  id: string;
  part: number;
  outgoing: Outgoing;
}

/** Messages of one turn that go out in one call, in order; or one intent. */
export interface Claim {
  deliveryId: bigint;
  runId: string;
  chatId: string;
  correlationId: string;
  attempt: number;
  /** Since the message was planned. */
  ageMs: number;
  epoch: number;
  address: { platform: string | null; channelId: string | null; contactId: string | null; chatId: string | null };
  messages: ClaimedMessage[];
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

const firstRetryMs = 1000;
const longestRetryMs = 60_000;
/** How long a message that was surely not sent is tried again: an answer that comes later helps nobody. */
export const tryForMs = 15 * 60_000;

/** Exponential backoff with full jitter in its upper half; `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
