import { END, START, StateGraph } from '@langchain/langgraph';
import type { KnowledgeSearch } from '../knowledge/index.js';
import type { Upstreams } from '../platform/index.js';
import type { ChatModel } from './model/chat-model.js';
import { askModelNode } from './nodes/ask-model.node.js';
import { interpretNode } from './nodes/interpret.node.js';
import { quoteNode } from './nodes/quote.node.js';
import { recallNode } from './nodes/recall.node.js';
import { repairNode } from './nodes/repair.node.js';
import { searchKnowledgeNode } from './nodes/search-knowledge.node.js';
import { isWorthRepairing, wantsToSearch } from './routes.js';
import { AgentState, type AgentStateValue } from './state.js';

/** A graph ready to run; any number of turns may run in it at once, each with a state of its own. */
export interface AgentGraph {
  invoke(input: Pick<AgentStateValue, 'input'>, options: { signal: AbortSignal; recursionLimit: number }): Promise<AgentStateValue>;
}

export interface ModelGraphOptions {
  model: ChatModel;
  upstreams: Upstreams;
  search: KnowledgeSearch;
  callTimeoutMs: number;
  maxHistoryTokens: number;
  /** Called after each call to the model, also in turns that fail later: tokens are spent either way. */
  spend: (tokens: { input: number; output: number }) => void;
}

/**
 * The way of a turn with a model:
 *
 *     recall → ask-model ⇄ search-knowledge
 *                 ↓    ↖
 *             interpret → repair (once)
 */
export function modelGraph(options: ModelGraphOptions): AgentGraph {
  return new StateGraph(AgentState)
    .addNode('recall', recallNode(options.maxHistoryTokens))
    .addNode('ask-model', askModelNode(options))
    .addNode('search-knowledge', searchKnowledgeNode(options.search))
    .addNode('interpret', interpretNode())
    .addNode('repair', repairNode())
    .addEdge(START, 'recall')
    .addEdge('recall', 'ask-model')
    .addConditionalEdges('ask-model', wantsToSearch, ['search-knowledge', 'interpret'])
    .addEdge('search-knowledge', 'ask-model')
    .addConditionalEdges('interpret', isWorthRepairing, ['repair', END])
    .addEdge('repair', 'ask-model')
    .compile({ name: 'agent' });
}

/** Without a model: the best passage of the knowledge, quoted. */
export function offlineGraph(search: KnowledgeSearch): AgentGraph {
  return new StateGraph(AgentState).addNode('quote', quoteNode(search)).addEdge(START, 'quote').addEdge('quote', END).compile({ name: 'offline-answerer' });
}
