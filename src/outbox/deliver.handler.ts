import { Injectable, Logger } from '@nestjs/common';
import { BotmakerSender, type Accepted } from '../botmaker/sending/index.js';
import { AppError, Database, Drain, HandlesJob, OutboxConfig, errorPolicy, retryInMs, toAppError, wasCalled, type JobHandler } from '../platform/index.js';
import { afterAttempt, type Outcome } from './after-attempt.js';
import { pauseAfterLook } from './after-lookup.js';
import { ChatQueueStore, type ChatQueue } from './chat-queue.store.js';
import { DeliverWake } from './deliver-wake.service.js';
import { DeliveryOutcomeStore } from './delivery-outcome.store.js';
import { DeliveryStore, leaseOf } from './delivery.store.js';
import { DoubtStore } from './doubt.store.js';
import { Doubts } from './doubts.service.js';
import { payloadOf, type Claim } from './message.js';
import { nextStep, type Step } from './next-step.js';
import { deliver, type Deliver } from './outbox.jobs.js';
import { ParkedMessages } from './parked-messages.store.js';
import { wireMessage } from './rendering/wire-message.js';
import { SendProof } from './send-proof.service.js';

/** Whoever was first with a chat is about to be done with it. */
const lostRaceMs = 200;

/**
 * Sends a chat's messages, in order, one call at a time. The only place in the program that makes a customer see something.
 *
 * Failure windows: killed before the claim commits, nothing happened; killed after it, the message is found `sending` with
 * an expired lease and is held in doubt: its echo settles it, or a look at Botmaker's list (after-lookup.ts).
 */
@Injectable()
@HandlesJob(deliver)
export class DeliverHandler implements JobHandler<Deliver> {
  private readonly logger = new Logger(DeliverHandler.name);

  constructor(
    private readonly database: Database,
    private readonly queues: ChatQueueStore,
    private readonly deliveries: DeliveryStore,
    private readonly outcomes: DeliveryOutcomeStore,
    private readonly held: DoubtStore,
    private readonly doubts: Doubts,
    private readonly botmaker: BotmakerSender,
    private readonly config: OutboxConfig,
    private readonly wake: DeliverWake,
    private readonly drain: Drain,
    private readonly proof: SendProof,
    private readonly parked: ParkedMessages,
  ) {}

  /** A process that drains ends the call that it has begun, and leaves the rest of the queue to another. */
  async handle({ chatId, correlationId }: Deliver): Promise<void> {
    let hasLooked = false;
    while (!this.drain.isDraining) {
      const queue = await this.queues.look(chatId);
      if (!queue) return;
      const step = nextStep(queue.open);
      if (step.do === 'rest') return;
      if (step.do === 'wait') return this.wake.later(chatId, correlationId, step.ms);
      const restMs = step.do === 'send' ? this.botmaker.restMs() : 0;
      // Nothing is claimed while nothing can be sent; not all chats come back at one moment. A doubt needs no send to be settled.
      if (restMs > 0) return this.wake.later(chatId, correlationId, restMs * (1 + Math.random()));
      if (step.do === 'send' && !hasLooked && this.proof.isDue(queue)) {
        // One look, whatever comes of it; then the queue as it is by now.
        hasLooked = true;
        await this.proof.look(queue);
        continue;
      }
      const did = await this.act(queue, step);
      if (did === 'lost') return this.wake.later(chatId, correlationId, lostRaceMs);
      if (did === 'unsettled') return this.wake.later(chatId, correlationId, pauseAfterLook(this.config.doubtMs));
      // What is queued meanwhile wakes this chat by a job of its own.
      if (did === 'accepted' && step.messages.length === queue.open.length) return;
    }
    await this.wake.later(chatId, correlationId, 0);
  }

  private async act(queue: ChatQueue, step: Exclude<Step, { do: 'rest' | 'wait' }>): Promise<'accepted' | 'lost' | 'unsettled' | 'more'> {
    switch (step.do) {
      case 'send': {
        const takenAt = performance.now();
        const claim = await this.deliveries.claim(queue, step.messages);
        if (!claim) return 'lost';
        return (await this.attempt(claim, takenAt)).kind === 'accepted' ? 'accepted' : 'more';
      }
      case 'hold':
        await this.held.hold(queue.chatId, step.messages, this.config.doubtMs);
        return 'more';
      case 'expire':
        await this.held.expire(queue.chatId, step.messages, step.reason);
        return 'more';
      case 'park':
        await this.parked.park(queue.chatId, step.messages);
        return 'more';
      case 'look-up':
        return (await this.doubts.settle(queue, step.messages)) ? 'more' : 'unsettled';
    }
  }

  private async attempt(claim: Claim, takenAt: number): Promise<Outcome> {
    const startedAt = performance.now();
    let outcome: Outcome;
    try {
      const { httpStatus, notificationId } = await this.send(claim, () => this.refuseWhenStale(takenAt));
      outcome = { kind: 'accepted', httpStatus, notificationId, ms: Math.round(performance.now() - startedAt) };
    } catch (thrown) {
      outcome = this.judge(claim, toAppError(thrown));
    }
    // What was learnt must not be lost to a restart of the database: the chat would wait out a doubt that is none. When the
    // lease is over, it is in doubt already.
    await this.database.insist(() => this.outcomes.record(claim, outcome), () => performance.now() - takenAt < leaseOf(this.config.sendTimeoutMs));
    return outcome;
  }

  /**
   * A worker that was frozen after its claim may wake when the message has been given up. It must not send then: a monotonic
   * clock, read before the claim and again when the connection stands and the request is about to be written, tells it so.
   */
  private refuseWhenStale(takenAt: number): void {
    if (performance.now() - takenAt > this.config.sendTimeoutMs / 2) {
      throw new AppError('upstream-unavailable', 'outbox.claim-stale', 'the claim is too old to send: somebody else may have it', { details: { called: false } });
    }
  }

  private send(claim: Claim, lastLook: () => void): Promise<Accepted> {
    const [first] = claim.messages;
    if (first?.outgoing.kind === 'intent') {
      const { intentIdOrName, variables } = first.outgoing;
      return this.botmaker.triggerIntent(claim.address, { intentIdOrName, variables, webhookPayload: payloadOf(claim.runId, first) }, lastLook, claim.attempt > 1);
    }
    const messages = claim.messages.flatMap((message) => {
      const { outgoing } = message;
      return outgoing.kind === 'intent' ? [] : [{ ...wireMessage(outgoing, claim.address.platform), webhookPayload: payloadOf(claim.runId, message) }];
    });
    return this.botmaker.sendMessages(claim.address, messages, lastLook, claim.attempt > 1);
  }

  private judge(claim: Claim, error: AppError): Outcome {
    const { code, kind, details } = error;
    const { level } = errorPolicy[kind];
    this.logger[level === 'info' ? 'log' : level]({ err: error, code, runId: claim.runId, attempt: claim.attempt, ...details }, 'a message was not accepted');
    const httpStatus = typeof details['httpStatus'] === 'number' ? details['httpStatus'] : null;
    const isHarmless = claim.messages.every(({ outgoing }) => outgoing.kind === 'intent' && outgoing.purpose === 'mute');
    return afterAttempt({ ...claim, isHarmless }, { kind, code, httpStatus, wasCalled: wasCalled(error), notBeforeMs: retryInMs(error) }, this.config.doubtMs, Math.random());
  }
}
