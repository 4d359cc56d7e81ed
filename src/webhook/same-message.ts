/** A customer's message as one of the two doors told it. */
export interface ToldMessage {
  text: string | null;
  remoteId: string | null;
  occurredAt: Date;
}

/** Both doors give Botmaker's date of a message; where one has none, its arrival stands for it, and a flow takes its time. */
const sameMomentMs = 30_000;
/** Two ids are two messages, unless the doors do not name them alike [G]; then their dates are equal. */
const otherIdMs = 2000;

/**
 * Whether the webhook and a code block speak of one message, where its id does not say so. Asked only of a message that one
 * door alone has told of so far, so a text that is repeated is matched by the one that was told once. Should two equal texts
 * within the time be taken for one after all, both stand in one turn: nothing is lost, and there is one answer.
 */
export function isSameMessage(one: ToldMessage, other: ToldMessage): boolean {
  if (normal(one.text) !== normal(other.text)) return false;
  const apartMs = Math.abs(one.occurredAt.getTime() - other.occurredAt.getTime());
  return apartMs <= (one.remoteId !== null && other.remoteId !== null ? otherIdMs : sameMomentMs);
}

const normal = (text: string | null): string => (text ?? '').normalize('NFC').trim();
