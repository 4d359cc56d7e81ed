import type { UsageMetadata } from '@langchain/core/messages';
import type { Upstreams } from '../../platform/index.js';
import type { ChatModel } from '../model/chat-model.js';
import { callModel } from '../model/call-model.js';
import { mostToolRounds } from '../limits.js';
import type { AgentTool } from '../tools/agent-tool.js';
import { decisionTools } from '../tools/decision.tool.js';
import { step, type AgentNode } from './step.js';

interface Options {
  model: ChatModel;
  upstreams: Upstreams;
  tools: readonly AgentTool[];
  callTimeoutMs: number;
  spend: (tokens: { input: number; output: number }) => void;
}

/** Asks the model once. When it has used its rounds, tools are no longer on offer: it must decide. */
export function askModelNode({ model, upstreams, tools, callTimeoutMs, spend }: Options): AgentNode {
  const working = model.bindTools([...tools, ...decisionTools]);
  const deciding = model.bindTools([...decisionTools]);
  return step('ask-model', async (state, { hold }, signal) => {
    const isRetry = hold.hasFailed && state.steps.every(({ node }) => node !== 'ask-model');
    const call = { model: state.toolRounds < mostToolRounds ? working : deciding, upstreams, isRetry, lastLook: () => hold.lastLook() };
    await hold.confirm();
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
