/**
 * What the agent proposes for one turn; only the outbox acts. `parts` are the messages to send, in order: plain text, never
 * empty, at most 1,000 characters each and about 4,000 together. `why` is for the correlation log, not for the customer.
 * `intent` is the model's suggestion, read from a conversation: take it only when it is one that you know.
 */
export type Decision =
  | { kind: 'answer'; parts: string[] }
  | { kind: 'silent'; why: string }
  | { kind: 'to-human'; why: string; parts: string[] }
  | { kind: 'to-flow'; intent: string | null; why: string; parts: string[] };
