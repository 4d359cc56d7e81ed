import type { UsageMetadata } from '@langchain/core/messages';
import type { Upstreams } from '../../platform/index.js';
import type { ChatModel } from '../model/chat-model.js';
import { callModel } from '../model/call-model.js';
import { mostSearchRounds } from '../limits.js';
import { decisionTools } from '../tools/decision.tool.js';
import { searchKnowledgeTool } from '../tools/search-knowledge.tool.js';
import { step, type AgentNode } from './step.js';

interface Options {
  model: ChatModel;
  upstreams: Upstreams;
  callTimeoutMs: number;
  spend: (tokens: { input: number; output: number }) => void;
}

/** Asks the model once. When it has searched enough, searching is no longer on offer: it must decide. */
export function askModelNode({ model, upstreams, callTimeoutMs, spend }: Options): AgentNode {
  const searching = model.bindTools([searchKnowledgeTool, ...decisionTools]);
  const deciding = model.bindTools([...decisionTools]);
  return step('ask-model', async (state, signal) => {
    const call = { model: state.searchRounds < mostSearchRounds ? searching : deciding, upstreams, isRetry: state.input.isRetry === true && state.steps.every(({ node }) => node !== 'ask-model') };
    const reply = await callModel(call, state.messages, signal, callTimeoutMs);
    const tokens = reply.kind === 'message' ? tokensOf(reply.message) : { input: 0, output: 0 };
    spend(tokens);
    return { update: { reply }, inputTokens: tokens.input, outputTokens: tokens.output };
  });
}

/** Zero where a server does not count. */
function tokensOf(message: { usage_metadata?: UsageMetadata | undefined }): { input: number; output: number } {
  return { input: message.usage_metadata?.input_tokens ?? 0, output: message.usage_metadata?.output_tokens ?? 0 };
}
