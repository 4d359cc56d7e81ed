import { Injectable, Logger } from '@nestjs/common';
import { callStep, ResponseStore, type LeaveReason, type SeenCall } from '../outbox/index.js';
import { Drain, toAppError } from '../platform/index.js';
import { answeredReply, ignoredReply, pendingReply, type CodeActionReply } from './code-action.js';

/** How soon an answer that another process has stored is seen here. */
const lookEveryMs = 150;
/** Looks that must fail in a row before the database counts as away. */
const mostFailedLooks = 2;

interface Waiting {
  id: string;
  isGone: () => boolean;
  seen: SeenCall | null;
  /** A statement that may mark the answer as given is under way: what it says is waited for, whatever the clock says. */
  isGiving: boolean;
  isLate: boolean;
  timer: NodeJS.Timeout;
  done: (reply: CodeActionReply) => void;
}

/**
 * The calls of code blocks that wait in this process; their turns run anywhere. One look at the database for all of them,
 * several times a second, and none while nobody waits.
 */
@Injectable()
export class WaitingCalls {
  private readonly logger = new Logger(WaitingCalls.name);
  private readonly waiting = new Map<string, Waiting>();
  private isLooking = false;
  private failedLooks = 0;

  constructor(
    private readonly responses: ResponseStore,
    private readonly drain: Drain,
  ) {}

  /** `id` is the call's delivery key. Resolves within `ms`, unless the answer is just being marked; `isGone`: the caller hung up. */
  wait(id: string, ms: number, isGone: () => boolean): Promise<CodeActionReply> {
    return new Promise((done) => {
      const waiting: Waiting = { id, isGone, seen: null, isGiving: false, isLate: false, timer: setTimeout(() => this.timeIsUp(waiting), Math.max(0, ms)), done };
      this.waiting.set(id, waiting);
      if (!this.isLooking) void this.lookOn();
    });
  }

  private async lookOn(): Promise<void> {
    this.isLooking = true;
    while (this.waiting.size > 0) {
      await this.look();
      await new Promise((next) => setTimeout(next, lookEveryMs));
    }
    this.isLooking = false;
  }

  /** Without the database nothing can be marked as given, and the flow is not kept for nothing: the API answers. */
  private async look(): Promise<void> {
    try {
      for (const call of await this.responses.look([...this.waiting.keys()])) {
        const waiting = this.waiting.get(call.id);
        if (waiting) waiting.seen = call;
      }
      this.failedLooks = 0;
    } catch (error) {
      if (++this.failedLooks < mostFailedLooks) return;
      this.logger.warn({ err: error, code: toAppError(error).code, waiting: this.waiting.size }, 'code blocks wait for what can not be seen: they are told to go on');
      for (const waiting of this.waiting.values()) this.leave(waiting, 'database-away');
    }
    await Promise.all([...this.waiting.values()].map((waiting) => this.step(waiting)));
  }

  private async step(waiting: Waiting): Promise<void> {
    const { seen } = waiting;
    if (waiting.isGone()) return this.leave(waiting, 'caller-gone');
    const step = seen && callStep(seen);
    if (seen && step) {
      switch (step.do) {
        case 'ignore':
          return void this.end(waiting, ignoredReply(seen, step.reason));
        case 'leave':
          return this.leave(waiting, 'sent-by-api');
        case 'repeat':
          return this.repeat(waiting, seen, step.runId);
        case 'give':
          return this.give(waiting, seen, step.runId);
        case 'wait':
      }
    }
    if (this.drain.isDraining) this.leave(waiting, 'draining');
  }

  /** A statement whose outcome is lost is no refusal: the next look says what it did. */
  private async give(waiting: Waiting, seen: SeenCall, runId: string): Promise<void> {
    waiting.isGiving = true;
    try {
      const isGiven = await this.responses.give(seen, runId);
      if (isGiven) this.end(waiting, answeredReply(seen, runId));
      else if (waiting.isLate) this.leave(waiting, 'deadline');
      else if (this.drain.isDraining) this.leave(waiting, 'draining');
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code, runId }, 'nobody knows whether an answer was marked as given: it is looked at again');
    } finally {
      waiting.isGiving = false;
    }
  }

  private repeat(waiting: Waiting, seen: SeenCall, runId: string): void {
    this.end(waiting, answeredReply(seen, runId));
    this.responses.noteRepeat(seen, runId).catch((error: unknown) => this.logger.warn({ err: error, runId }, 'a repeated answer could not be noted'));
  }

  private timeIsUp(waiting: Waiting): void {
    waiting.isLate = true;
    if (!waiting.isGiving) this.leave(waiting, 'deadline');
  }

  /**
   * Nobody waits for it to be stored: should it fail, or the reader not have come to the call yet, what is planned is due
   * when the call's time is up.
   */
  private leave(waiting: Waiting, why: LeaveReason): void {
    if (!this.end(waiting, pendingReply(waiting.seen))) return;
    this.responses.leave(waiting.id, why).catch((error: unknown) => this.logger.warn({ err: error, why }, 'that a code block waits no longer could not be stored'));
  }

  private end(waiting: Waiting, reply: CodeActionReply): boolean {
    if (!this.waiting.delete(waiting.id)) return false;
    clearTimeout(waiting.timer);
    waiting.done(reply);
    return true;
  }
}
