import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { BotmakerSender, type Accepted } from '../botmaker/sending/index.js';
import { AppError, HandlesJob, OutboxConfig, errorPolicy, retryInMs, toAppError, wasCalled, type JobHandler } from '../platform/index.js';
import { DeliverWake } from './deliver-wake.service.js';
import { DeliveryOutcomeStore, type Outcome } from './delivery-outcome.store.js';
import { DeliveryStore } from './delivery.store.js';
import { payloadOf, retryDelayMs, tryForMs, type Claim } from './message.js';
import { deliver, type Deliver } from './outbox.jobs.js';

const mostRecordTries = 3;
const recordRetryMs = 200;

/**
 * Sends a chat's messages, in order, one call at a time. The only place in the program that makes a customer see something.
 *
 * Failure windows: killed before the claim commits, nothing happened; killed after it, the message is found `sending` with
 * an expired lease and is held in doubt, never sent again blindly.
 */
@Injectable()
@HandlesJob(deliver)
export class DeliverHandler implements JobHandler<Deliver> {
  private readonly logger = new Logger(DeliverHandler.name);

  constructor(
    private readonly deliveries: DeliveryStore,
    private readonly outcomes: DeliveryOutcomeStore,
    private readonly botmaker: BotmakerSender,
    private readonly config: OutboxConfig,
    private readonly wake: DeliverWake,
  ) {}

  async handle({ chatId, correlationId }: Deliver, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const restMs = this.botmaker.restMs();
      // Nothing is claimed while nothing can be sent; not all chats come back at one moment.
      if (restMs > 0) return this.wake.later(chatId, correlationId, restMs * (1 + Math.random()));
      const takenAt = performance.now();
      const next = await this.deliveries.claimNext(chatId, this.config.sendTimeoutMs, this.config.doubtMs);
      if (!next) return;
      if ('claim' in next) await this.attempt(next.claim, takenAt);
      else if (next.waitMs > 0) return this.wake.later(chatId, correlationId, next.waitMs);
    }
    await this.wake.later(chatId, correlationId, 0);
  }

  private async attempt(claim: Claim, takenAt: number): Promise<void> {
    const startedAt = performance.now();
    let outcome: Outcome;
    try {
      const { httpStatus, notificationId } = await this.send(claim, () => this.refuseWhenStale(takenAt));
      outcome = { kind: 'accepted', httpStatus, notificationId, ms: Math.round(performance.now() - startedAt) };
    } catch (thrown) {
      outcome = this.judge(claim, toAppError(thrown));
    }
    await this.record(claim, outcome);
  }

  /** What was learnt must not be lost to a deadlock or a hiccup of the database: the chat would wait out a doubt that is none. */
  private async record(claim: Claim, outcome: Outcome): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.outcomes.record(claim, outcome);
      } catch (error) {
        if (tries === mostRecordTries) throw error;
        this.logger.warn({ err: error, runId: claim.runId }, 'the outcome of a delivery could not be stored: trying again');
        await delay(tries * recordRetryMs);
      }
    }
  }

  /**
   * A worker that was frozen after its claim may wake when the message has been given up. It must not send then: a monotonic
   * clock, read before the claim and right before the request is written, tells it so.
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
    const texts = claim.messages.flatMap((message) => (message.outgoing.kind === 'text' ? [{ text: message.outgoing.text, webhookPayload: payloadOf(claim.runId, message) }] : []));
    return this.botmaker.sendMessages(claim.address, texts, lastLook, claim.attempt > 1);
  }

  private judge(claim: Claim, error: AppError): Outcome {
    const { code } = error;
    const { job, level } = errorPolicy[error.kind];
    this.logger[level === 'info' ? 'log' : level]({ err: error, code, runId: claim.runId, attempt: claim.attempt, ...error.details }, 'a message was not accepted');
    const httpStatus = typeof error.details['httpStatus'] === 'number' ? error.details['httpStatus'] : null;
    // An error that nobody classified may have come after the request was written.
    if (error.kind === 'outcome-unknown' || error.kind === 'bug') return { kind: 'in-doubt', code, httpStatus, holdMs: this.config.doubtMs };
    // A refused token is no fault of the message: it waits for the token to be mended.
    const isWorthTrying = job === 'retry' || error.kind === 'unauthenticated';
    if (isWorthTrying && claim.ageMs < tryForMs) {
      const inMs = Math.max(retryDelayMs(claim.attempt, Math.random()), retryInMs(error) * (1 + Math.random()));
      return { kind: 'retrying', code, httpStatus, inMs: Math.round(inMs), wasCalled: wasCalled(error) };
    }
    return { kind: 'rejected', code, httpStatus };
  }
}
