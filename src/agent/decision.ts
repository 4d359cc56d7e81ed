// Types and no interfaces: a decision is stored as JSON.

/** One of the things to choose from. `intent` is where a tap may lead by itself: `menu`, `persona`, or a name; take it only when it is one that you know. */
export type Choice = {
  title: string;
  description?: string;
  intent?: string;
};

/** A question with choices; `button` is what opens them where a channel shows a list. */
export type Options = {
  title: string;
  button?: string;
  choices: Choice[];
};

/** A picture, recording, film or document that the company publishes: its address stood in what this turn has looked up. `text` belongs before it. */
export type Medium = {
  url: string;
  text?: string;
};

/**
 * What the agent proposes for one turn; only the outbox acts. `parts` are what is said, in order: Markdown, never empty, about
 * 4,000 characters together; media come behind them, and what is asked comes last. An answer holds at least one of the three.
 * `why` is for the correlation log, not for the customer. `intent` is the model's suggestion, read from a conversation: take
 * it only when it is one that you know.
 */
export type Decision =
  | { kind: 'answer'; parts: string[]; media?: Medium[]; options?: Options }
  | { kind: 'silent'; why: string }
  | { kind: 'to-human'; why: string; parts: string[] }
  | { kind: 'to-flow'; intent: string | null; why: string; parts: string[] };
