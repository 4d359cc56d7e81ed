import { HumanMessage } from '@langchain/core/messages';
import type { AgentConfig } from '../../platform/index.js';
import { createChatModel } from './chat-model.js';
import { toModelError } from './model-error.js';

/** Whether the configured model is there. `unlisted`: its server answers, and does not name it (or has no list). */
export type ModelLook =
  | { state: 'offline' }
  | { state: 'there' | 'unlisted'; model: string }
  | { state: 'failed'; model: string; code: string };

const patienceMs = 10_000;

/**
 * Asks an OpenAI-compatible server for its list of models, which costs nothing; any other provider for one word, because
 * there is no list that all of them have.
 */
export async function lookAtModel(config: AgentConfig): Promise<ModelLook> {
  const model = config.model;
  if (model === null) return { state: 'offline' };
  const signal = AbortSignal.timeout(Math.min(patienceMs, config.callTimeoutMs));
  try {
    if (!model.startsWith('openai:')) return await sayOneWord(config, model, signal);
    const names = await listed(config, signal);
    return { state: names.includes(model.slice('openai:'.length)) ? 'there' : 'unlisted', model };
  } catch (error) {
    return { state: 'failed', model, code: toModelError(error).code };
  }
}

async function sayOneWord(config: AgentConfig, model: string, signal: AbortSignal): Promise<ModelLook> {
  const chat = await createChatModel(config);
  await chat.bindTools([]).invoke([new HumanMessage('ok')], { signal });
  return { state: 'there', model };
}

async function listed(config: AgentConfig, signal: AbortSignal): Promise<string[]> {
  const base = (config.openaiBaseUrl ?? 'https://api.openai.com/v1').replace(/\/+$/, '');
  const response = await fetch(`${base}/models`, { headers: { authorization: `Bearer ${config.openaiApiKey?.reveal() ?? ''}` }, redirect: 'error', signal });
  if (response.status === 404) return [];
  if (!response.ok) throw Object.assign(new Error('the list of models was refused'), { status: response.status });
  const body = (await response.json().catch(() => null)) as { data?: unknown } | null;
  return Array.isArray(body?.data) ? body.data.map((item: unknown) => String((item as { id?: unknown } | null)?.id)) : [];
}
