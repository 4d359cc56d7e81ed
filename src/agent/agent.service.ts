import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { KnowledgeSearch } from '../knowledge/index.js';
import { AgentConfig, AppError, Metrics, Upstreams, toAppError } from '../platform/index.js';
import type { AgentInput } from './agent-input.js';
import type { AgentResult } from './agent-result.js';
import { modelGraph, offlineGraph, type AgentGraph } from './graph.js';
import { mostSteps } from './limits.js';
import { createChatModel } from './model/chat-model.js';
import { withDeadline } from './model/deadline.js';
import { silenceLibraries } from './model/quiet.js';
import { offlineVersion } from './offline/wording.js';
import { answerPrompt } from './prompts/answer.prompt.js';
import type { AgentStateValue } from './state.js';

const offlineName = 'offline-answerer';

/**
 * Decides what to do about a customer's messages, and does nothing: no sending, no writing. The same question may be asked
 * again after a crash. One graph serves every turn; what a turn knows is in its own state.
 */
@Injectable()
export class AgentService implements OnModuleInit {
  /** `provider:model`, or `offline-answerer`. */
  readonly modelName: string;
  private readonly logger = new Logger(AgentService.name);
  private graph: AgentGraph | null = null;

  constructor(
    private readonly config: AgentConfig,
    private readonly search: KnowledgeSearch,
    private readonly metrics: Metrics,
    private readonly upstreams: Upstreams,
  ) {
    this.modelName = config.model ?? offlineName;
  }

  /** Builds the graph. A model that can't be used stops the boot here, with a ConfigError that says what to install. */
  async onModuleInit(): Promise<void> {
    const removed = silenceLibraries(process.env);
    if (removed.length > 0) this.logger.warn({ variables: removed }, `ignored: ${removed.join(', ')}`);
    this.graph = this.config.model === null ? offlineGraph(this.search) : await this.buildModelGraph();
    const how = this.config.model === null ? 'no AGENT_MODEL: it quotes the best passage of the knowledge' : 'through the model provider';
    this.logger.log({ model: this.modelName }, `the agent answers with ${this.modelName} (${how})`);
  }

  /**
   * One decision. Throws an AppError: `agent.timeout`, `agent.unavailable`, `agent.rate-limited`, `agent.key-refused`,
   * `agent.request-refused`, `agent.garbage` (the model's answer could not be used, twice), `agent.aborted` (the caller's
   * signal), `platform.circuit-open` or `platform.retries-spent` (the model was not asked). No error holds what was said or a key.
   */
  async decide(input: AgentInput, signal: AbortSignal): Promise<AgentResult> {
    const graph = this.graph;
    if (!graph) throw new AppError('bug', 'agent.not-ready', 'the agent was asked before the program had started');
    try {
      const state = await withDeadline(signal, this.config.timeoutMs, (ending) => graph.invoke({ input }, { signal: ending, recursionLimit: mostSteps }));
      return this.result(state);
    } catch (error) {
      throw toAppError(error);
    }
  }

  private result({ reading, steps, repaired }: AgentStateValue): AgentResult {
    const inputTokens = steps.reduce((sum, step) => sum + step.inputTokens, 0);
    const outputTokens = steps.reduce((sum, step) => sum + step.outputTokens, 0);
    const offline = this.config.model === null;
    if (reading?.kind !== 'decision') {
      const details = { fault: reading?.why ?? 'none', steps: steps.length, inputTokens, outputTokens };
      throw new AppError('upstream-rejected', 'agent.garbage', 'the answer of the model can not be used, also after a correction', { details });
    }
    return { decision: reading.decision, model: this.modelName, promptVersion: offline ? offlineVersion : answerPrompt.version, steps, repaired, inputTokens, outputTokens };
  }

  private async buildModelGraph(): Promise<AgentGraph> {
    return modelGraph({
      model: await createChatModel(this.config),
      upstreams: this.upstreams,
      search: this.search,
      callTimeoutMs: this.config.callTimeoutMs,
      maxHistoryTokens: this.config.maxHistoryTokens,
      spend: ({ input, output }) => {
        this.metrics.modelTokens.inc({ direction: 'input' }, input);
        this.metrics.modelTokens.inc({ direction: 'output' }, output);
      },
    });
  }
}
