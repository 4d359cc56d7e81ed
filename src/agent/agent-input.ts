/** One line of a conversation. `agent` is us; `flow` is Botmaker's own bot, `operator` a person of the company. */
export interface HistoryLine {
  author: 'customer' | 'flow' | 'operator' | 'agent';
  text: string;
  at: Date;
}

/** Everything a decision is made from. The agent keeps nothing between turns. */
export interface AgentInput {
  runId: string;
  chatId: string;
  platform: string | null;
  customerName: string | null;
  language: 'es';
  /** The chat's variables that the model may see. */
  variables: Record<string, string>;
  /** Earlier lines, oldest first, without the mail. */
  history: HistoryLine[];
  /** What this turn answers, oldest first. */
  mail: HistoryLine[];
  now: Date;
}
