import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { EnvelopeIntake } from '../inbox/index.js';
import { CodeActionConfig, Metrics } from '../platform/index.js';
import type { CodeActionReply } from './code-action.js';
import { WaitingCalls } from './waiting-calls.service.js';

/** A call of a code block: kept like a webhook first, then waited for. Whatever it holds, it gets an answer that a flow can go on with. */
@Injectable()
export class CodeActionDoor {
  constructor(
    private readonly intake: EnvelopeIntake,
    private readonly waiting: WaitingCalls,
    private readonly config: CodeActionConfig,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves within the deadline. Throws when the call could not even be kept. `isGone`: the caller hung up. */
  async answer(body: Buffer, correlationId: string, isGone: () => boolean): Promise<CodeActionReply> {
    const startedAt = performance.now();
    const id = uuidv7();
    await this.intake.accept({ door: 'code-action', body, correlationId }, id);
    const reply = await this.waiting.wait(id, this.config.deadlineMs - (performance.now() - startedAt), isGone);
    this.metrics.codeActions.inc({ status: reply.status });
    this.metrics.codeActionSeconds.observe({ status: reply.status }, (performance.now() - startedAt) / 1000);
    return reply;
  }
}
