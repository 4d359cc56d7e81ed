import type { Choice, Decision, Options } from '../agent/index.js';
import type { Wanted } from '../outbox/index.js';
import type { Owner } from './sorting.js';

/** The outcomes of turns whose customer waits for nothing, also when nothing was said. */
export const nothingAwaited = ['silent', 'closed-by-customer', 'opted-out'];

/** The intents of the chat's line. */
export interface ReplyRules {
  handoffVariable: string;
  returnIntent: string | null;
  humanIntent: string | null;
}

/** What a decision leads to: what is sent, who owns the chat afterwards, and the turn's outcome. */
export interface Replies {
  outgoing: Wanted[];
  owner: Owner;
  outcome: string;
}

/**
 * Turns what the agent proposed into what we do. The model may ask for an intent by name, but only the configured ones are
 * ever triggered: a customer can talk a model into anything. One call returns the chat: the intent unmutes the bot and its
 * variables clear the hand-off. Without a configured intent the chat stays ours, because a chat that nobody holds is silent.
 * The same holds for what the customer may tap: a choice keeps its intent only when it is a configured one.
 */
export function repliesTo(decision: Decision, rules: ReplyRules): Replies {
  switch (decision.kind) {
    case 'answer':
      return { outgoing: answer(decision, rules), owner: 'agent', outcome: 'answered' };
    case 'silent':
      return { outgoing: [], owner: 'agent', outcome: 'silent' };
    case 'to-human':
      return rules.humanIntent ? leave(said(decision.parts), rules.humanIntent, rules, 'human', 'handed-to-human') : toFlow(said(decision.parts), rules);
    case 'to-flow':
      return toFlow(said(decision.parts), rules);
  }
}

/** What the customer reads when the agent failed; the chat then goes back to the flow, or else to a person, never to silence. */
export function fallbackReplies(text: string, rules: ReplyRules): Replies {
  const words: Wanted[] = [{ kind: 'text', text }];
  const left = !rules.returnIntent && rules.humanIntent ? leave(words, rules.humanIntent, rules, 'human', 'handed-to-human') : toFlow(words, rules);
  return { ...left, outcome: 'agent-failed' };
}

/**
 * The last words to a customer who ends the conversation himself; the chat goes back to the flow. `text` may be empty: then the
 * flow is all that he hears.
 */
export function farewell(text: string, outcome: 'closed-by-customer' | 'opted-out', rules: ReplyRules): Replies {
  return { ...toFlow(text === '' ? [] : [{ kind: 'text', text }], rules), outcome };
}

/** What the customer reads when the agent has answered as often as it may; the chat goes to a person, or else to the flow. */
export function capReplies(text: string, rules: ReplyRules): Replies {
  const words: Wanted[] = [{ kind: 'text', text }];
  const left = rules.humanIntent ? leave(words, rules.humanIntent, rules, 'human', 'handed-to-human') : toFlow(words, rules);
  return { ...left, outcome: 'reply-cap' };
}

/** What is asked comes last: the customer answers what he reads last. */
function answer({ parts, media = [], options }: Extract<Decision, { kind: 'answer' }>, rules: ReplyRules): Wanted[] {
  const files = media.map((medium): Wanted => ({ kind: 'attachment', ...medium }));
  return [...said(parts), ...files, ...(options ? [asked(options, rules)] : [])];
}

function asked({ title, button, choices }: Options, rules: ReplyRules): Wanted {
  return { kind: 'options', question: title, ...(button ? { button } : {}), choices: choices.map((choice) => known(choice, rules)) };
}

function known({ intent = '', ...choice }: Choice, { returnIntent, humanIntent }: ReplyRules): Choice {
  const words = new Map([['menu', returnIntent], ['menú', returnIntent], ['persona', humanIntent]]);
  const found = words.get(intent.toLowerCase()) ?? [returnIntent, humanIntent].find((name) => name === intent) ?? null;
  return found === null ? choice : { ...choice, intent: found };
}

function toFlow(words: Wanted[], rules: ReplyRules): Replies {
  if (!rules.returnIntent) return { outgoing: words, owner: 'agent', outcome: words.length > 0 ? 'answered' : 'silent' };
  return leave(words, rules.returnIntent, rules, 'flow', 'returned-to-flow');
}

function leave(words: Wanted[], intentIdOrName: string, rules: ReplyRules, owner: Owner, outcome: string): Replies {
  return { outgoing: [...words, { kind: 'intent', intentIdOrName, variables: { [rules.handoffVariable]: 'false' } }], owner, outcome };
}

const said = (parts: readonly string[]): Wanted[] => parts.map((text) => ({ kind: 'markdown', text }));
