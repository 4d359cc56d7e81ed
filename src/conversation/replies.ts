import type { Decision } from '../agent/index.js';
import type { Outgoing } from '../outbox/index.js';
import type { Owner } from './sorting.js';

/** The intents of the chat's line. */
export interface ReplyRules {
  handoffVariable: string;
  returnIntent: string | null;
  humanIntent: string | null;
}

/** What a decision leads to: what is sent, who owns the chat afterwards, and the turn's outcome. */
export interface Replies {
  outgoing: Outgoing[];
  owner: Owner;
  outcome: string;
}

/**
 * Turns what the agent proposed into what we do. The model may ask for an intent by name, but only the configured ones are
 * ever triggered: a customer can talk a model into anything. One call returns the chat: the intent unmutes the bot and its
 * variables clear the hand-off. Without a configured intent the chat stays ours, because a chat that nobody holds is silent.
 */
export function repliesTo(decision: Decision, rules: ReplyRules): Replies {
  switch (decision.kind) {
    case 'answer':
      return { outgoing: texts(decision.parts), owner: 'agent', outcome: 'answered' };
    case 'silent':
      return { outgoing: [], owner: 'agent', outcome: 'silent' };
    case 'to-human':
      return rules.humanIntent ? leave(decision.parts, rules.humanIntent, rules, 'human', 'handed-to-human') : toFlow(decision.parts, rules);
    case 'to-flow':
      return toFlow(decision.parts, rules);
  }
}

/** What the customer reads when the agent failed; the chat then goes back to the flow, or else to a person, never to silence. */
export function fallbackReplies(text: string, rules: ReplyRules): Replies {
  const left = !rules.returnIntent && rules.humanIntent ? leave([text], rules.humanIntent, rules, 'human', 'handed-to-human') : toFlow([text], rules);
  return { ...left, outcome: 'agent-failed' };
}

function toFlow(parts: string[], rules: ReplyRules): Replies {
  if (!rules.returnIntent) return { outgoing: texts(parts), owner: 'agent', outcome: parts.length > 0 ? 'answered' : 'silent' };
  return leave(parts, rules.returnIntent, rules, 'flow', 'returned-to-flow');
}

function leave(parts: string[], intentIdOrName: string, rules: ReplyRules, owner: Owner, outcome: string): Replies {
  return { outgoing: [...texts(parts), { kind: 'intent', intentIdOrName, variables: { [rules.handoffVariable]: 'false' } }], owner, outcome };
}

const texts = (parts: string[]): Outgoing[] => parts.map((text) => ({ kind: 'text', text }));
