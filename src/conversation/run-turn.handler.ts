import { Injectable, Logger } from '@nestjs/common';
import { AgentService } from '../agent/index.js';
import { BotmakerClient } from '../botmaker/index.js';
import { ConversationConfig, HandlesJob, Metrics, errorPolicy, toAppError, type AppError, type JobHandler } from '../platform/index.js';
import { runTurn, type RunTurn } from './conversation.jobs.js';
import { Leases } from './lease.service.js';
import { fallbackReplies, repliesTo } from './replies.js';
import { TurnEnding } from './turn-ending.service.js';
import { TurnReading, type OpenTurn } from './turn-reading.service.js';

/** How often the agent is asked before the customer gets the fallback instead. */
const mostAttempts = 3;
const retryMs = 2000;

/**
 * The story of a turn: read the mail, ask the agent, store what it leads to.
 *
 * Failure windows. Killed before `open` commits: the turn is still queued, and is found overdue. Killed while the agent
 * thinks: the lease runs out and another worker takes the turn, asking the agent again; nothing was said yet. Killed after
 * `finish` commits: the messages are in the outbox, and sending them is its business. Nothing is ever sent from here.
 */
@Injectable()
@HandlesJob(runTurn)
export class RunTurnHandler implements JobHandler<RunTurn> {
  private readonly logger = new Logger(RunTurnHandler.name);

  constructor(
    private readonly reading: TurnReading,
    private readonly agent: AgentService,
    private readonly ending: TurnEnding,
    private readonly leases: Leases,
    private readonly botmaker: BotmakerClient,
    private readonly config: ConversationConfig,
    private readonly metrics: Metrics,
  ) {}

  async handle({ runId }: RunTurn, drain: AbortSignal): Promise<void> {
    const turn = await this.reading.open(runId);
    if (!turn) return;
    if (turn.attempts > mostAttempts) return this.fallBack(turn, 'turn.poison', performance.now());
    const lease = this.leases.hold(turn, drain);
    const startedAt = performance.now();
    this.showTyping(turn);
    try {
      const result = await this.agent.decide({ ...turn.input, isRetry: turn.attempts > 1 }, lease.signal);
      const ms = Math.round(performance.now() - startedAt);
      this.metrics.turnSeconds.observe(ms / 1000);
      await this.ending.finish(turn, { replies: repliesTo(result.decision, this.config), result, ms });
    } catch (thrown) {
      if (lease.isLost()) return this.logger.warn({ runId }, 'the turn was lost to another worker');
      await this.recover(turn, toAppError(thrown), drain, startedAt);
    } finally {
      lease.end();
    }
  }

  /** Draining: back to the queue, uncounted. Worth another try: back to the queue, later. Otherwise the customer gets the fallback. */
  private async recover(turn: OpenTurn, error: AppError, drain: AbortSignal, startedAt: number): Promise<void> {
    if (drain.aborted) return this.ending.release(turn, 'turn.draining', 0, false);
    const policy = errorPolicy[error.kind];
    this.logger.warn({ err: error, runId: turn.runId, code: error.code, attempt: turn.attempts }, 'the agent failed');
    await this.ending.noteFailure(turn, error.code);
    if (policy.job === 'retry' && turn.attempts < mostAttempts) return this.ending.release(turn, error.code, retryMs * turn.attempts, true);
    await this.fallBack(turn, error.code, startedAt);
  }

  private async fallBack(turn: OpenTurn, code: string, startedAt: number): Promise<void> {
    this.logger.error({ runId: turn.runId, code }, 'the agent gave no answer: the customer gets the fallback');
    const replies = fallbackReplies(this.config.fallbackText, this.config);
    await this.ending.finish(turn, { replies, result: null, ms: Math.round(performance.now() - startedAt) });
  }

  /** A courtesy: nobody waits for it, and its failure changes nothing. */
  private showTyping(turn: OpenTurn): void {
    this.botmaker.showTyping(turn.address).catch((error: unknown) => this.logger.debug({ code: toAppError(error).code }, 'typing was not shown'));
  }
}
