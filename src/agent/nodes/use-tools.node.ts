import { ToolMessage, type AIMessage } from '@langchain/core/messages';
import { mostCallsARound, mostToolRounds } from '../limits.js';
import { toolTexts } from '../prompts/tool.prompt.js';
import { toolCalls } from '../reading/tool-calls.js';
import { decisionTools } from '../tools/decision.tool.js';
import type { AgentTool } from '../tools/agent-tool.js';
import { useTool, type Used } from '../tools/use-tool.js';
import { step, type AgentNode } from './step.js';

const decisions: ReadonlySet<string> = new Set(decisionTools.map(({ name }) => name));

/**
 * Uses the tools that the model asked for, one after the other, in its order. This is all that a model can make us do, and
 * each tool's schema is all that it can say. Every call gets an answer, because providers refuse one that is open.
 */
export function useToolsNode(tools: readonly AgentTool[]): AgentNode {
  return step('use-tools', async ({ reply, toolRounds }, { input, hold }, signal) => {
    const message = (reply as { message: AIMessage }).message;
    const used = new Map<number, Used & { tool: string }>();
    for (const call of (toolCalls(message, tools) ?? []).slice(0, mostCallsARound)) {
      used.set(call.index, { ...(await useTool(call, input, hold, signal)), tool: call.tool.name });
    }
    const last = toolRounds + 1 >= mostToolRounds ? `\n${toolTexts.last}` : '';
    const answers = (message.tool_calls ?? []).map(({ id = '', name }, index) => {
      const text = used.get(index)?.answer.text;
      return new ToolMessage({ tool_call_id: id, name, content: text === undefined ? (decisions.has(name) ? toolTexts.notYet : toolTexts.tooMany) : text + last });
    });
    const all = [...used.values()];
    return {
      update: { messages: [message, ...answers], toolRounds: toolRounds + 1 },
      passages: [...new Set(all.flatMap(({ answer }) => answer.passages ?? []))],
      tools: all.map(({ tool, outcome, code }) => [tool, outcome, ...(code ? [code] : [])].join(' ')),
    };
  });
}
