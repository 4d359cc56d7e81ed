import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { AgentStep } from '../agent-result.js';
import type { AgentStateValue, AgentUpdate } from '../state.js';

/** What a node did: the change to the state, and what to write down about it. */
export interface Outcome extends Partial<Omit<AgentStep, 'node' | 'ms'>> {
  update: Omit<AgentUpdate, 'steps' | 'input'>;
}

export type AgentNode = (state: AgentStateValue, config: LangGraphRunnableConfig) => Promise<AgentUpdate>;

/** Makes a node that writes down how long it took and what it cost. `signal` ends when the turn's time is up. */
export function step(node: string, work: (state: AgentStateValue, signal: AbortSignal) => Outcome | Promise<Outcome>): AgentNode {
  return async (state, config) => {
    const start = performance.now();
    const { update, inputTokens = 0, outputTokens = 0, passages = [] } = await work(state, config.signal ?? new AbortController().signal);
    return { ...update, steps: [{ node, ms: Math.round(performance.now() - start), inputTokens, outputTokens, passages }] };
  };
}
