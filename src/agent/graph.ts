import { END, START, StateGraph } from '@langchain/langgraph';
import type { KnowledgeSearch } from '../knowledge/index.js';
import type { Upstreams } from '../platform/index.js';
import type { TurnSaver } from './checkpoints/turn-saver.js';
import type { ChatModel } from './model/chat-model.js';
import { askModelNode } from './nodes/ask-model.node.js';
import { interpretNode } from './nodes/interpret.node.js';
import { quoteNode } from './nodes/quote.node.js';
import { recallNode } from './nodes/recall.node.js';
import { repairNode } from './nodes/repair.node.js';
import type { RunningTurn } from './nodes/step.js';
import { useToolsNode } from './nodes/use-tools.node.js';
import { isWorthRepairing, wantsTools } from './routes.js';
import { AgentState, type AgentStateValue } from './state.js';
import type { AgentTool } from './tools/agent-tool.js';

/** What a run of the graph is given besides its state. `thread_id` names its checkpoints: the turn's id. */
export interface RunOptions {
  configurable: { thread_id: string; turn: RunningTurn };
  signal: AbortSignal;
  recursionLimit: number;
  /** A step's checkpoint is stored before the next step begins. */
  durability: 'sync';
}

/** A graph ready to run; any number of turns may run in it at once, each with a state of its own. Null goes on from the last checkpoint. */
export interface AgentGraph {
  invoke(input: Partial<AgentStateValue> | null, options: RunOptions): Promise<AgentStateValue>;
}

export interface ModelGraphOptions {
  model: ChatModel;
  upstreams: Upstreams;
  tools: readonly AgentTool[];
  callTimeoutMs: number;
  maxHistoryTokens: number;
  /** Called after each call to the model, also in turns that fail later: tokens are spent either way. */
  spend: (tokens: { input: number; output: number }) => void;
  /** Makes the keeper of checkpoints for a graph of this shape. */
  saver: (shape: string[]) => TurnSaver;
}

/**
 * The way of a turn with a model:
 *
 *     recall → ask-model ⇄ use-tools
 *                 ↓    ↖
 *             interpret → repair (once)
 */
export function modelGraph(options: ModelGraphOptions): { graph: AgentGraph; saver: TurnSaver } {
  const { tools } = options;
  const graph = new StateGraph(AgentState)
    .addNode('recall', recallNode(options.maxHistoryTokens))
    .addNode('ask-model', askModelNode(options))
    .addNode('use-tools', useToolsNode(tools))
    .addNode('interpret', interpretNode(tools))
    .addNode('repair', repairNode())
    .addEdge(START, 'recall')
    .addEdge('recall', 'ask-model')
    .addConditionalEdges('ask-model', wantsTools(tools), ['use-tools', 'interpret'])
    .addEdge('use-tools', 'ask-model')
    .addConditionalEdges('interpret', isWorthRepairing, ['repair', END])
    .addEdge('repair', 'ask-model');
  const saver = options.saver([...Object.keys(graph.nodes), ...Object.keys(graph.channels), ...tools.map(({ name }) => name)]);
  return { graph: graph.compile({ name: 'agent', checkpointer: saver }), saver };
}

/** Without a model: the best passage of the knowledge, quoted. Nothing that it does is worth keeping. */
export function offlineGraph(search: KnowledgeSearch): AgentGraph {
  return new StateGraph(AgentState).addNode('quote', quoteNode(search)).addEdge(START, 'quote').addEdge('quote', END).compile({ name: 'offline-answerer' });
}
