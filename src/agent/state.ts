import type { BaseMessage } from '@langchain/core/messages';
import { Annotation } from '@langchain/langgraph';
import type { AgentStep } from './agent-result.js';
import type { ModelReply } from './model/call-model.js';
import type { Reading } from './reading/reading.js';

const latest = <T>(start: T): { reducer: (before: T, now: T) => T; default: () => T } => ({ reducer: (_, now) => now, default: () => start });
/** Appends by position. Not LangGraph's own message reducer, which overwrites by id: some servers repeat their ids. */
const appended = <T>(): { reducer: (before: T[], more: T[]) => T[]; default: () => T[] } => ({ reducer: (before, more) => [...before, ...more], default: () => [] });

/** What the nodes of one turn hand on. Nothing outlives the turn: the next one is rebuilt from our tables. */
export const AgentState = Annotation.Root({
  /** The conversation as the model sees it: instructions, history, mail, tools and their answers, a correction. */
  messages: Annotation(appended<BaseMessage>()),
  /** What the model said last; null before its first call. */
  reply: Annotation(latest<ModelReply | null>(null)),
  /** Rounds of using tools so far; capped, then the model must decide. */
  toolRounds: Annotation(latest(0)),
  /** What the reply means: a decision, or a fault that the model may repair once. */
  reading: Annotation(latest<Reading | null>(null)),
  /** The one attempt to repair is used up. */
  repaired: Annotation(latest(false)),
  /** What each node did and cost, for the correlation log. */
  steps: Annotation(appended<AgentStep>()),
});

export type AgentStateValue = typeof AgentState.State;
export type AgentUpdate = typeof AgentState.Update;
