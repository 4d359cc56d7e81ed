import type { Decision } from './decision.js';

/** One step of the graph: how long it took, what it cost, which passages of the knowledge it brought in, which tools it used. */
export interface AgentStep {
  node: string;
  ms: number;
  inputTokens: number;
  outputTokens: number;
  passages: string[];
  /** Name and outcome of each, and the code of its error: `order_status failed orders.unknown`. */
  tools: string[];
}

export interface AgentResult {
  decision: Decision;
  model: string;
  promptVersion: string;
  steps: AgentStep[];
  /** The model's first answer could not be used and it was asked again. */
  repaired: boolean;
  inputTokens: number;
  outputTokens: number;
}
