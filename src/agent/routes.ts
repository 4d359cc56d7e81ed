import { END } from '@langchain/langgraph';
import { mostToolRounds } from './limits.js';
import { toolCalls } from './reading/tool-calls.js';
import type { AgentStateValue } from './state.js';
import type { AgentTool } from './tools/agent-tool.js';

/** After the model spoke: it wants to use tools and may, or what it said is final. */
export function wantsTools(tools: readonly AgentTool[]): (state: AgentStateValue) => 'use-tools' | 'interpret' {
  return ({ toolRounds, reply }) => {
    if (toolRounds >= mostToolRounds || reply?.kind !== 'message') return 'interpret';
    return toolCalls(reply.message, tools) ? 'use-tools' : 'interpret';
  };
}

/** After the reply was read: a fault is worth one more try, anything else ends the turn. */
export function isWorthRepairing(state: AgentStateValue): 'repair' | typeof END {
  return state.reading?.kind === 'fault' && !state.repaired ? 'repair' : END;
}
