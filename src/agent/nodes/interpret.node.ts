import { readReply } from '../reading/read-reply.js';
import { step, type AgentNode } from './step.js';

/** Turns what the model said into a decision, or says what is wrong with it. */
export function interpretNode(): AgentNode {
  return step('interpret', ({ reply }) => ({
    update: { reading: reply?.kind === 'message' ? readReply(reply.message) : { kind: 'fault', why: reply?.why ?? 'no hubo respuesta' } },
  }));
}
