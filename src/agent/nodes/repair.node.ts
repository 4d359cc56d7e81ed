import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { correctionText } from '../prompts/repair.prompt.js';
import { step, type AgentNode } from './step.js';

const longestExcerpt = 500;

/**
 * Tells the model what was wrong with its answer, once. The answer is repeated as an excerpt in plain text and not as it
 * was: a broken tool call sent back would be refused by the provider.
 */
export function repairNode(): AgentNode {
  return step('repair', ({ reply, reading }) => {
    const said = reply?.kind === 'message' ? [reply.message.text, ...(reply.message.tool_calls ?? []).map((call) => `${call.name} ${JSON.stringify(call.args)}`)].join(' ').trim() : '';
    const why = reading?.kind === 'fault' ? reading.why : '';
    return { update: { repaired: true, messages: [new AIMessage(said.slice(0, longestExcerpt) || '(nada)'), new HumanMessage(correctionText(why))] } };
  });
}
