import { blockAnswer, type BlockMessage, type SeenCall } from '../outbox/index.js';

/**
 * What a code block of the flow is told. `answered`: it says the messages, then goes on with `returnIntent`, if there is one.
 * `pending`: it says nothing, the answer comes by the API. `ignored`: the message is not ours, `reason` says why.
 */
export interface CodeActionReply {
  status: 'answered' | 'pending' | 'ignored';
  /** All texts in one, for a block that shows one. */
  replyText: string;
  messages: BlockMessage[];
  /** Whether the agent has the chat from now on. */
  agentIsSpeaking: boolean;
  returnIntent: string | null;
  runId: string | null;
  reason: string | null;
}

const nothingToSay = { replyText: '', messages: [], returnIntent: null };

/** `call` null: nobody could look, or the reader has not come to it. */
export function pendingReply(call: SeenCall | null): CodeActionReply {
  const isOurs = call === null || call.owner === null || call.owner === 'agent';
  return { status: 'pending', ...nothingToSay, agentIsSpeaking: isOurs, runId: call?.turn?.runId ?? null, reason: null };
}

export function ignoredReply({ owner, turn }: SeenCall, reason: string): CodeActionReply {
  return { status: 'ignored', ...nothingToSay, agentIsSpeaking: owner === 'agent', runId: turn?.runId ?? null, reason };
}

export function answeredReply({ owner, messages }: SeenCall, runId: string): CodeActionReply {
  const answer = blockAnswer(messages.map(({ outgoing }) => outgoing));
  return {
    status: 'answered',
    replyText: answer.messages.flatMap(({ text, media }) => text || media?.url || []).join('\n\n'),
    ...answer,
    agentIsSpeaking: owner === 'agent' && answer.returnIntent === null,
    runId,
    reason: null,
  };
}
