import { ToolMessage, type AIMessage } from '@langchain/core/messages';
import type { KnowledgeSearch, Passage } from '../../knowledge/index.js';
import { mostSearchesARound, mostSearchRounds } from '../limits.js';
import { passagesText } from '../prompts/transcript.prompt.js';
import { knowledgeSearches } from '../reading/knowledge-searches.js';
import { searchKnowledgeTool } from '../tools/search-knowledge.tool.js';
import { step, type AgentNode } from './step.js';

/**
 * Does the searches that the model asked for. This is the only thing a model can make us do: its arguments reach the
 * question of a full-text search and nothing else. Every call gets an answer, because providers refuse one that is open.
 */
export function searchKnowledgeNode(search: KnowledgeSearch): AgentNode {
  return step('search-knowledge', async ({ reply, searchRounds }) => {
    const message = (reply as { message: AIMessage }).message;
    const queries = new Map((knowledgeSearches(message) ?? []).slice(0, mostSearchesARound).map(({ id, query }) => [id, query]));
    const found = await Promise.all([...queries].map(async ([id, query]) => [id, await search.search(query)] as const));
    const passages = new Map<string, Passage[]>(found);
    const last = searchRounds + 1 >= mostSearchRounds;
    const answers = (message.tool_calls ?? []).map((call) => {
      const id = call.id ?? '';
      return new ToolMessage({ tool_call_id: id, name: call.name, content: answerTo(call.name, passages.get(id), last) });
    });
    const ids = [...new Set(found.flatMap(([, results]) => results.map((passage) => passage.id)))];
    return { update: { messages: [message, ...answers], searchRounds: searchRounds + 1 }, passages: ids };
  });
}

function answerTo(tool: string, passages: Passage[] | undefined, last: boolean): string {
  if (passages) return `${passagesText(passages)}${last ? '\nYa no podés buscar más: decidí ahora con lo que tenés.' : ''}`;
  if (tool === searchKnowledgeTool.name) return 'No se buscó: son demasiadas búsquedas a la vez.';
  return 'Todavía no: leé primero lo que encontraste y después decidí, con una sola herramienta.';
}
