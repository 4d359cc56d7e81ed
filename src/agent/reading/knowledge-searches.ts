import type { AIMessage } from '@langchain/core/messages';
import { decisionTools } from '../tools/decision.tool.js';
import { searchKnowledgeTool } from '../tools/search-knowledge.tool.js';

const decisions: ReadonlySet<string> = new Set(decisionTools.map(({ name }) => name));

/**
 * The searches that a message asks for, or null when it asks for none or anything about its calls is wrong.
 * A decision beside a search does not count yet: it was made before the results were read.
 */
export function knowledgeSearches(message: AIMessage): { id: string; query: string }[] | null {
  if ((message.invalid_tool_calls ?? []).length > 0) return null;
  const searches: { id: string; query: string }[] = [];
  for (const call of message.tool_calls ?? []) {
    if (decisions.has(call.name)) continue;
    const args = call.name === searchKnowledgeTool.name ? searchKnowledgeTool.schema.safeParse(call.args) : undefined;
    if (!args?.success || !call.id) return null;
    searches.push({ id: call.id, query: args.data.query });
  }
  return searches.length > 0 ? searches : null;
}
