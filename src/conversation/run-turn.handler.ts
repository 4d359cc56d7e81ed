import { Injectable, Logger } from '@nestjs/common';
import { Semaphore } from 'async-mutex';
import { AgentService } from '../agent/index.js';
import { ConversationConfig, Database, HandlesJob, Metrics, retryInMs, toAppError, wasCalled, type AppError, type JobHandler } from '../platform/index.js';
import { runTurn, type RunTurn } from './conversation.jobs.js';
import { Courtesies } from './courtesies.service.js';
import { EffectLedger } from './effect-ledger.service.js';
import { ConversationEnds } from './ends/conversation-ends.service.js';
import { Leases, type HeldLease } from './lease.service.js';
import { TurnOwnership } from './ownership/turn-ownership.service.js';
import { fallbackReplies, repliesTo, type Replies, type ReplyRules } from './replies.js';
import { TurnEnding } from './turn-ending.service.js';
import { TurnReading, type OpenTurn } from './turn-reading.service.js';
import { afterError, poisoned, type Fallback } from './turn.js';

/** A look has shown that somebody else has the chat. Should it be ours again by the time that is stored, its mail is not taken for answered. */
const standBack: Replies = { outgoing: [], owner: 'agent', outcome: 'owned-by-human' };

/**
 * Turns of a process that are being read or stored at once; those that wait for Botmaker or the model are not counted. More would
 * each take longer, be it the processor or the database that is short, and a turn that is claimed for long dies with its process.
 */
const desks = 5;
/** Who has begun goes on before others begin. */
const [toBegin, toGoOn] = [0, 1];

/**
 * The story of a turn: claim it with its mail, see that the chat is ours, ask the agent, unless the conversation is over, store
 * what it leads to.
 *
 * Failure windows. Killed before `open` commits: the turn is still queued, and is found overdue. Killed while the agent
 * thinks: the lease runs out and another worker takes the turn over; the agent goes on from the last reply of the model that
 * was stored, and an effect that was begun is not begun again. Killed after `finish` commits: the messages are in the outbox,
 * and sending them is its business. Nothing is ever sent from here. Frozen and woken too late: the lease says so before the
 * next call, the epoch before the next write. Another turn has taken its place, because the customer wrote again: the same.
 */
@Injectable()
@HandlesJob(runTurn)
export class RunTurnHandler implements JobHandler<RunTurn> {
  private readonly logger = new Logger(RunTurnHandler.name);
  private readonly desk = new Semaphore(desks);

  constructor(
    private readonly database: Database,
    private readonly reading: TurnReading,
    private readonly ownership: TurnOwnership,
    private readonly ends: ConversationEnds,
    private readonly agent: AgentService,
    private readonly ending: TurnEnding,
    private readonly leases: Leases,
    private readonly ledger: EffectLedger,
    private readonly courtesies: Courtesies,
    private readonly config: ConversationConfig,
    private readonly metrics: Metrics,
  ) {}

  async handle({ runId }: RunTurn, drain: AbortSignal): Promise<void> {
    const { turn, claimedAt } = await this.atDesk(toBegin, async () => ({ claimedAt: performance.now(), turn: await this.reading.open(runId) }));
    if (!turn) return;
    if (turn.isExhausted) return this.fallBack(turn, poisoned, 'turn.poison', claimedAt);
    const lease = this.leases.hold(turn, claimedAt, drain);
    try {
      await this.decide(turn, lease, drain);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (lease.isLost() || error.code === 'turn.lease-lost') return this.logger.warn({ runId, code: 'turn.lease-lost' }, 'the turn was lost, to another worker or to another turn');
      await this.recover(turn, error, lease, drain, claimedAt);
    } finally {
      lease.end();
    }
  }

  private async decide(turn: OpenTurn, lease: HeldLease, drain: AbortSignal): Promise<void> {
    const { signal, lastLook, confirm } = lease;
    const startedAt = performance.now();
    const unasked = (await this.ownership.isOurs(turn)) ? await this.atDesk(toGoOn, () => this.ends.of(turn, this.replyRules(turn))) : standBack;
    if (unasked) return this.insist(lease, drain, () => this.ending.finish(turn, { replies: unasked, result: null, failure: null, ms: Math.round(performance.now() - startedAt) }));
    const { address, input } = await this.atDesk(toGoOn, () => this.reading.read(turn));
    const leave = this.courtesies.attend(address);
    const hold = { signal, lastLook, confirm, wasTried: turn.epoch > 1, hasFailed: turn.attempts > 1 && !turn.isTakenOver, effects: this.ledger.of(turn) };
    const result = await this.agent.decide(input, hold).finally(leave);
    const ms = Math.round(performance.now() - startedAt);
    this.metrics.turnSeconds.observe(ms / 1000);
    await this.insist(lease, drain, () => this.ending.finish(turn, { replies: repliesTo(result.decision, this.replyRules(turn)), result, failure: null, ms }));
  }

  /** A restart of the database costs no decision that was paid for, and no try: it is waited for as long as the turn is ours. */
  private insist(lease: HeldLease, drain: AbortSignal, store: () => Promise<void>): Promise<void> {
    return this.database.insist(() => this.atDesk(toGoOn, store), () => !lease.isLost() && !drain.aborted);
  }

  private atDesk<T>(when: number, work: () => Promise<T>): Promise<T> {
    return this.desk.runExclusive(work, 1, when);
  }

  private async recover(turn: OpenTurn, error: AppError, lease: HeldLease, drain: AbortSignal, claimedAt: number): Promise<void> {
    // Nobody has failed when the dependency was not asked at all, nor when our own database could not do it.
    const isUnasked = !wasCalled(error) || error.code === 'platform.database-unavailable';
    const verdict = afterError(turn, { kind: error.kind, restMs: isUnasked ? retryInMs(error) : null }, drain.aborted);
    this.logger.warn({ err: error, runId: turn.runId, code: error.code, attempt: turn.attempts, next: verdict.next }, 'a try of a turn failed');
    await this.insist(lease, drain, () =>
      verdict.next === 'again' ? this.ending.release(turn, verdict, drain.aborted ? 'turn.draining' : error.code) : this.fallBack(turn, verdict, error.code, claimedAt));
  }

  private async fallBack(turn: OpenTurn, { isPoison }: Fallback, code: string, claimedAt: number): Promise<void> {
    this.logger.error({ runId: turn.runId, code, isPoison }, 'the agent gave no answer: the customer gets the fallback');
    const replies = fallbackReplies(turn.rules.fallbackText, this.replyRules(turn));
    await this.ending.finish(turn, { replies, result: null, failure: { code, isPoison }, ms: Math.round(performance.now() - claimedAt) });
  }

  private replyRules({ rules }: OpenTurn): ReplyRules {
    return { handoffVariable: this.config.handoffVariable, returnIntent: rules.returnIntent, humanIntent: rules.humanIntent };
  }
}
