import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { AIMessage, BaseMessage } from '@langchain/core/messages';
import { MODEL_PROVIDER_CONFIG } from 'langchain/chat_models/universal';
import { ConfigError, type AgentConfig } from '../../platform/index.js';
import type { ToolWords } from '../tools/agent-tool.js';
import { carefulFetch } from './openai-wire.js';

/** A model that was told its tools. */
export interface ToolCallingModel {
  invoke(messages: BaseMessage[], options: { signal: AbortSignal }): Promise<AIMessage>;
}

/** What the agent needs of LangChain's chat models. */
export interface ChatModel {
  bindTools(tools: ToolWords[]): ToolCallingModel;
}

/**
 * The model that `AGENT_MODEL` names. Throws a ConfigError when its provider is unknown or its package is not installed,
 * so that a wrong name stops the boot and not the first customer.
 */
export async function createChatModel(config: AgentConfig): Promise<ChatModel> {
  const [provider = '', ...rest] = (config.model ?? '').split(':');
  const model = rest.join(':');
  return provider === 'openai' ? openaiModel(config, model) : otherModel(provider, model, config);
}

/**
 * Chat completions only: ChatOpenAI would choose the Responses API by itself for some model names, which no compatible
 * server speaks. The address is always given, because without one the library takes it from variables that are not ours.
 */
async function openaiModel(config: AgentConfig, model: string): Promise<ChatModel> {
  const { ChatOpenAICompletions } = await import('@langchain/openai');
  return usable(
    new ChatOpenAICompletions({
      model,
      apiKey: config.openaiApiKey?.reveal() ?? '',
      maxRetries: 0,
      timeout: config.callTimeoutMs,
      maxTokens: config.maxOutputTokens,
      streaming: false,
      // Only sent to models that reason: an answer in a chat is no riddle, and the customer waits.
      reasoning: { effort: 'low' },
      configuration: { baseURL: config.openaiBaseUrl ?? 'https://api.openai.com/v1', fetch: carefulFetch, logLevel: 'off' },
    }),
  );
}

type ModelClass = new (fields: Record<string, unknown>) => BaseChatModel;

/**
 * Any other provider that LangChain knows, from its own package. LangChain's `initChatModel` would find it too, but what it
 * returns keeps a copy of the model for every different set of call options: in a server that is a leak.
 */
async function otherModel(provider: string, model: string, config: AgentConfig): Promise<ChatModel> {
  const known = Object.hasOwn(MODEL_PROVIDER_CONFIG, provider) ? MODEL_PROVIDER_CONFIG[provider as keyof typeof MODEL_PROVIDER_CONFIG] : undefined;
  // `langsmith` is a gateway of a third party that customers' messages would pass through.
  if (!known || provider === 'langsmith') throw new ConfigError([`AGENT_MODEL: the provider "${provider}" is not known`]);
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(known.package)) as Record<string, unknown>;
  } catch {
    throw new ConfigError([`AGENT_MODEL: the provider "${provider}" needs the package ${known.package}: npm install ${known.package}`]);
  }
  const Model = loaded[known.className] as ModelClass;
  const limit = config.maxOutputTokens;
  return usable(new Model({ model, maxRetries: 0, maxTokens: limit, maxOutputTokens: limit, numPredict: limit, timeout: config.callTimeoutMs, streaming: false }));
}

function usable(model: BaseChatModel): ChatModel {
  const bind = model.bindTools?.bind(model);
  if (!bind) throw new ConfigError(['AGENT_MODEL: this model can not use tools']);
  return { bindTools: (tools) => bind(tools) };
}
