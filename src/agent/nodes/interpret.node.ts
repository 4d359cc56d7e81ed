import { addressesIn } from '../reading/addresses.js';
import { readReply } from '../reading/read-reply.js';
import type { AgentTool } from '../tools/agent-tool.js';
import { step, type AgentNode } from './step.js';

/** Turns what the model said into a decision, or says what is wrong with it. */
export function interpretNode(tools: readonly AgentTool[]): AgentNode {
  return step('interpret', ({ reply, messages }) => ({
    update: { reading: reply?.kind === 'message' ? readReply(reply.message, tools, addressesIn(messages)) : { kind: 'fault', why: reply?.why ?? 'no hubo respuesta' } },
  }));
}
