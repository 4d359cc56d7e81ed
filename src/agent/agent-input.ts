import type { Language } from '../platform/index.js';

/** One line of a conversation. `agent` is us; `flow` is Botmaker's own bot, `operator` a person of the company. */
export interface HistoryLine {
  author: 'customer' | 'flow' | 'operator' | 'agent';
  text: string;
  at: Date;
}

/** What a tool did for the same customer in a turn that this one takes up. `result`: what it said; empty when that is not kept; null: nobody knows whether it was done. */
export interface EarlierEffect {
  tool: string;
  result: string | null;
}

/** Everything a decision is made from. The agent keeps nothing between turns. */
export interface AgentInput {
  runId: string;
  chatId: string;
  platform: string | null;
  customerName: string | null;
  /** What the company calls the line that the customer wrote to. */
  line: string | null;
  /** The line's; the customer may write in another one. */
  language: Language;
  /** The line's, by its IANA name. */
  timeZone: string;
  /** Whether people attend now; null: their hours are not known. */
  isOpen: boolean | null;
  /** The chat's variables that the model may see. */
  variables: Record<string, string>;
  /** Earlier lines, oldest first, without the mail. */
  history: HistoryLine[];
  /** Done already, and not to be done again. */
  effects: EarlierEffect[];
  /** What this turn answers, oldest first. */
  mail: HistoryLine[];
  now: Date;
}
