import type { AIMessage, BaseMessage } from '@langchain/core/messages';
import type { Upstreams } from '../../platform/index.js';
import type { ToolCallingModel } from './chat-model.js';
import { withDeadline } from './deadline.js';
import { GarbageReply, garbageBehind } from './garbage-reply.js';
import { looking } from './last-look.js';
import { toModelError } from './model-error.js';

/** What a call to the model gave: a message, or something that is none (worth one repair). */
export type ModelReply = { kind: 'message'; message: AIMessage } | { kind: 'garbage'; why: string };

/** Which model is called, and for whom. */
export interface ModelCall {
  model: ToolCallingModel;
  upstreams: Upstreams;
  /** An earlier try of the same turn was to make this very call and failed. */
  isRetry: boolean;
  /** Throws when the turn is lost. Asked before the call, and right before its request where the client is ours (openai-wire.ts). */
  lastLook: () => void;
}

/**
 * Calls the model once, for at most `ms`. Throws an AppError when there is no reply at all; a provider that keeps failing is
 * left alone for a while, and is not sent more retries than the budget allows.
 */
export function callModel({ model, upstreams, isRetry, lastLook }: ModelCall, messages: BaseMessage[], signal: AbortSignal, ms: number): Promise<ModelReply> {
  return upstreams.call('model', isRetry, () => ask(model, messages, signal, ms, lastLook));
}

async function ask(model: ToolCallingModel, messages: BaseMessage[], signal: AbortSignal, ms: number, lastLook: () => void): Promise<ModelReply> {
  try {
    const message = await withDeadline(signal, ms, (ending) => looking(lastLook, () => model.invoke(messages, { signal: ending })));
    return { kind: 'message', message };
  } catch (error) {
    const garbage = garbageBehind(error) ?? unreadable(error);
    if (garbage) return { kind: 'garbage', why: garbage.why };
    throw toModelError(error);
  }
}

/** A provider's library that trips over a reply without choices or without JSON throws one of these two. */
function unreadable(error: unknown): GarbageReply | null {
  const isReading = error instanceof SyntaxError || (error instanceof TypeError && !('cause' in error));
  return isReading ? new GarbageReply('no se pudo leer') : null;
}
