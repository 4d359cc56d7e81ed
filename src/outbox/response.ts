import type { Outgoing } from './message.js';

/** The answer of a turn in the form in which a code block says it. */
export interface BlockAnswer {
  /** With what the API's `send-messages` would carry. */
  messages: Omit<Extract<Outgoing, { kind: 'text' }>, 'kind'>[];
  /** The rule to go on with, which gives the chat back; null: the agent keeps it. */
  returnIntent: string | null;
}

export function blockAnswer(outgoing: readonly Outgoing[]): BlockAnswer {
  const intent = outgoing.find((one) => one.kind === 'intent');
  const messages = outgoing.flatMap((one) => {
    if (one.kind === 'intent') return [];
    const { kind: _kind, ...message } = one;
    return [message];
  });
  return { messages, returnIntent: intent?.intentIdOrName ?? null };
}
