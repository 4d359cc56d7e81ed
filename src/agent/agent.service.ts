import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { KnowledgeSearch } from '../knowledge/index.js';
import { AgentConfig, AppError, Metrics, ModelBrake, Upstreams, toAppError } from '../platform/index.js';
import type { AgentInput } from './agent-input.js';
import type { AgentResult } from './agent-result.js';
import { Checkpoints } from './checkpoints/checkpoints.store.js';
import type { TurnSaver } from './checkpoints/turn-saver.js';
import { modelGraph, offlineGraph, type AgentGraph, type RunOptions } from './graph.js';
import type { Hold } from './hold.js';
import { mostSteps } from './limits.js';
import { createChatModel } from './model/chat-model.js';
import { withDeadline } from './model/deadline.js';
import { silenceLibraries } from './model/quiet.js';
import { offlineVersion } from './offline/wording.js';
import { answerPrompt } from './prompts/answer.prompt.js';
import type { AgentStateValue } from './state.js';
import { AgentTools } from './tools/agent-tools.js';

const offlineName = 'offline-answerer';

/**
 * Decides what to do about a customer's messages, and sends nothing. The same question may be asked again after a crash: it
 * goes on from the model's last reply that was stored, and a tool's effect is had once. One graph serves every turn; what a
 * turn knows is in its own state.
 */
@Injectable()
export class AgentService implements OnModuleInit {
  /** `provider:model`, or `offline-answerer`. */
  readonly modelName: string;
  private readonly logger = new Logger(AgentService.name);
  private graph: AgentGraph | null = null;
  private saver: TurnSaver | null = null;

  constructor(
    private readonly config: AgentConfig,
    private readonly search: KnowledgeSearch,
    private readonly metrics: Metrics,
    private readonly upstreams: Upstreams,
    @Inject(AgentTools) private readonly tools: AgentTools,
    private readonly checkpoints: Checkpoints,
    private readonly brake: ModelBrake,
  ) {
    this.modelName = config.model ?? offlineName;
  }

  /** Builds the graph. A model that can't be used stops the boot here, with a ConfigError that says what to install. */
  async onModuleInit(): Promise<void> {
    const removed = silenceLibraries(process.env);
    if (removed.length > 0) this.logger.warn({ variables: removed }, `ignored: ${removed.join(', ')}`);
    if (this.config.model === null) this.graph = offlineGraph(this.search);
    else ({ graph: this.graph, saver: this.saver } = await this.buildModelGraph());
    const how = this.config.model === null ? 'no AGENT_MODEL: it quotes the best passage of the knowledge' : 'through the model provider';
    this.logger.log({ model: this.modelName }, `the agent answers with ${this.modelName} (${how})`);
  }

  /**
   * One decision. Throws an AppError: `agent.timeout`, `agent.unavailable`, `agent.rate-limited`, `agent.key-refused`,
   * `agent.request-refused`, `agent.garbage` (the model's answer could not be used, twice), `agent.aborted` (the hold's
   * signal), `platform.circuit-open` or `platform.retries-spent` (the model was not asked), or what the hold's last look throws. No error holds what was said or a key.
   */
  async decide(input: AgentInput, hold: Hold): Promise<AgentResult> {
    const graph = this.graph;
    if (!graph) throw new AppError('bug', 'agent.not-ready', 'the agent was asked before the program had started');
    const configurable = { thread_id: input.runId, turn: { input, hold } };
    try {
      const state = await withDeadline(hold.signal, this.config.timeoutMs, async (signal) => {
        await this.brake.wait(signal);
        const options: RunOptions = { configurable, signal, recursionLimit: mostSteps, durability: 'sync' };
        return graph.invoke((await this.saver?.getTuple({ configurable })) ? null : {}, options);
      });
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

  private async buildModelGraph(): Promise<{ graph: AgentGraph; saver: TurnSaver }> {
    return modelGraph({
      model: await createChatModel(this.config),
      upstreams: this.upstreams,
      tools: this.tools(),
      callTimeoutMs: this.config.callTimeoutMs,
      maxHistoryTokens: this.config.maxHistoryTokens,
      spend: ({ input, output }) => {
        this.metrics.modelTokens.inc({ direction: 'input' }, input);
        this.metrics.modelTokens.inc({ direction: 'output' }, output);
      },
      saver: (shape) => this.checkpoints.saver(versionOf(this.modelName, shape)),
    });
  }
}

/** Names what a checkpoint must have been made with to be gone on from: model, instructions, steps, state and tools. */
function versionOf(model: string, shape: string[]): string {
  return `agent-${createHash('sha256').update([model, answerPrompt.version, ...shape].join('\n')).digest('hex').slice(0, 16)}`;
}
