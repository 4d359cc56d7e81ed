import { AppError, type ErrorKind } from '../../platform/index.js';
import type { AgentInput } from '../agent-input.js';
import type { After, Hold } from '../hold.js';
import { longestToolAnswer, toolTimeoutMs } from '../limits.js';
import { withDeadline } from '../model/deadline.js';
import { toolTexts } from '../prompts/tool.prompt.js';
import type { ToolCall } from '../reading/tool-calls.js';
import type { ToolAnswer } from './agent-tool.js';
import { callName } from './call-name.js';

/** What came of a call: what the model reads, and what is written down about it (no text of anybody's). */
export interface Used {
  answer: ToolAnswer;
  outcome: 'done' | 'kept' | 'failed' | 'unknown';
  /** Why it failed, or why nobody knows. */
  code?: string;
}

/** Kinds of errors after which nobody can say whether it happened. */
const doubtful = new Set<ErrorKind>(['outcome-unknown', 'bug', 'shutdown']);

/**
 * Uses a tool. One with an effect is written down before and after; when an earlier try began it and its end is not known, it
 * is not used again. Throws only what ends the turn's try: the turn is lost, drains, or is out of time.
 */
export async function useTool({ tool, args }: ToolCall, { runId, chatId }: AgentInput, hold: Hold, signal: AbortSignal): Promise<Used> {
  const effect = { tool: tool.name, call: callName(tool.name, args) };
  hold.lastLook();
  const before = tool.hasEffect ? await hold.effects.begin(effect) : { state: 'begun' as const };
  if (before.state === 'done') return { answer: { text: before.result || toolTexts.kept }, outcome: 'kept' };
  if (before.state === 'unknown') return { answer: { text: toolTexts.unknown }, outcome: 'unknown' };
  const startedAt = performance.now();
  const { used, after } = await attempt(tool, () =>
    withDeadline(signal, tool.timeoutMs ?? toolTimeoutMs, (ending) => Promise.race([tool.run(args, { runId, chatId, signal: ending, idempotencyKey: `${runId}-${effect.call}` }), ended(ending)])),
  );
  if (tool.hasEffect) await hold.effects.settle(effect, after, Math.round(performance.now() - startedAt));
  signal.throwIfAborted();
  return used;
}

async function attempt({ hasEffect }: { hasEffect: boolean }, run: () => Promise<ToolAnswer>): Promise<{ used: Used; after: After }> {
  try {
    const { text, ...more } = await run();
    const short = storable(text);
    return { used: { answer: { text: short, ...more }, outcome: 'done' }, after: { state: 'done', result: short } };
  } catch (thrown) {
    const { kind, code } = toToolError(thrown);
    const outcome = hasEffect && doubtful.has(kind) ? 'unknown' : 'failed';
    const text = outcome === 'unknown' ? toolTexts.unknown : code === 'agent.tool-timeout' ? toolTexts.late : toolTexts.failed;
    return { used: { answer: { text }, outcome, code }, after: { state: outcome, code } };
  }
}

/** The error of a tool, without its text: that may quote whatever service stands behind it. */
function toToolError(error: unknown): AppError {
  if (!(error instanceof AppError)) return new AppError('outcome-unknown', 'agent.tool-failed', 'a tool failed in a way that nobody classified');
  return error.code === 'agent.timeout' ? new AppError('outcome-unknown', 'agent.tool-timeout', 'a tool did not answer in time') : error;
}

/** As much of it as a model reads, and nothing that Postgres refuses: no U+0000, no half of an emoji. */
function storable(text: string): string {
  const short = text.length > longestToolAnswer ? `${text.slice(0, longestToolAnswer)}… ${toolTexts.cut}` : text;
  return Buffer.from(short.replaceAll('\u0000', ''), 'utf8').toString('utf8');
}

/** Never resolves; rejects when the time is up, also for a tool that does not look at its signal. */
function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, failed) => signal.addEventListener('abort', () => failed(signal.reason), { once: true }));
}
