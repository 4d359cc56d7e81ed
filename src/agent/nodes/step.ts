import type { LangGraphRunnableConfig } from '@langchain/langgraph';
import type { AgentInput } from '../agent-input.js';
import type { AgentStep } from '../agent-result.js';
import type { Hold } from '../hold.js';
import type { AgentStateValue, AgentUpdate } from '../state.js';

/** What a node did: the change to the state, and what to write down about it. */
export interface Outcome extends Partial<Omit<AgentStep, 'node' | 'ms'>> {
  update: Omit<AgentUpdate, 'steps'>;
}

/** What every node may look at and none may change. It is no part of the state, so it is never stored. */
export interface RunningTurn {
  input: AgentInput;
  hold: Hold;
}

export type AgentNode = (state: AgentStateValue, config: LangGraphRunnableConfig) => Promise<AgentUpdate>;

type Work = (state: AgentStateValue, turn: RunningTurn, signal: AbortSignal) => Outcome | Promise<Outcome>;

/** Makes a node that writes down how long it took and what it cost. `signal` ends when the turn's time is up. */
export function step(node: string, work: Work): AgentNode {
  return async (state, config) => {
    const start = performance.now();
    const { update, inputTokens = 0, outputTokens = 0, passages = [], tools = [] } = await work(state, runningTurn(config), config.signal ?? new AbortController().signal);
    return { ...update, steps: [{ node, ms: Math.round(performance.now() - start), inputTokens, outputTokens, passages, tools }] };
  };
}

/** The turn that a run of the graph was given along its way (`configurable`). */
export function runningTurn({ configurable }: { configurable?: Record<string, unknown> }): RunningTurn {
  return configurable?.['turn'] as RunningTurn;
}
