import type { AIMessage } from '@langchain/core/messages';
import type { AgentTool } from '../tools/agent-tool.js';
import { decisionTools } from '../tools/decision.tool.js';

/** A call that the model asks for; `args` fit the tool's schema. */
export interface ToolCall {
  /** Its place among the calls of the message. */
  index: number;
  tool: AgentTool;
  args: Record<string, unknown>;
}

const decisions: ReadonlySet<string> = new Set(decisionTools.map(({ name }) => name));

/**
 * The tools that a message wants to use, or null when it wants none or anything about its calls is wrong.
 * A decision beside them does not count yet: it was made before the answers were read.
 */
export function toolCalls(message: AIMessage, tools: readonly AgentTool[]): ToolCall[] | null {
  if ((message.invalid_tool_calls ?? []).length > 0) return null;
  const wanted: ToolCall[] = [];
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    if (decisions.has(call.name)) continue;
    const tool = tools.find(({ name }) => name === call.name);
    const args = tool?.schema.safeParse(call.args);
    if (!tool || !args?.success || !call.id) return null;
    wanted.push({ index, tool, args: args.data });
  }
  return wanted.length > 0 ? wanted : null;
}
