import { END } from '@langchain/langgraph';
import { mostSearchRounds } from './limits.js';
import { knowledgeSearches } from './reading/knowledge-searches.js';
import type { AgentStateValue } from './state.js';

/** After the model spoke: it wants to look something up and may, or what it said is final. */
export function wantsToSearch(state: AgentStateValue): 'search-knowledge' | 'interpret' {
  if (state.searchRounds >= mostSearchRounds || state.reply?.kind !== 'message') return 'interpret';
  return knowledgeSearches(state.reply.message) ? 'search-knowledge' : 'interpret';
}

/** After the reply was read: a fault is worth one more try, anything else ends the turn. */
export function isWorthRepairing(state: AgentStateValue): 'repair' | typeof END {
  return state.reading?.kind === 'fault' && !state.repaired ? 'repair' : END;
}
