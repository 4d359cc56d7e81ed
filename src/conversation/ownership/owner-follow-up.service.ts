import { Injectable } from '@nestjs/common';
import { isSet } from '../../botmaker/index.js';
import { HeldMessages } from '../../outbox/index.js';
import { ConversationConfig, Jobs, OwnershipConfig, type Tx } from '../../platform/index.js';
import { lookAtChat } from '../conversation.jobs.js';
import type { Sorted } from '../sorting.js';

/** The webhook tells of a message before the flow has looked at it: what the flow makes of it takes a moment to be seen. */
const settleMs = 1000;
/** A person who has written just now has not let the chat go. */
const personProofs = 2;

/** What follows from sorted mail for who has the chat, beyond what the webhooks have told. */
@Injectable()
export class OwnerFollowUp {
  constructor(
    private readonly held: HeldMessages,
    private readonly jobs: Jobs,
    private readonly rules: ConversationConfig,
    private readonly config: OwnershipConfig,
  ) {}

  async follow(tx: Tx, chatId: string, sorted: Sorted, correlationId: string): Promise<void> {
    const { ownerChanges, after } = sorted;
    if (after.owner !== 'human' && ownerChanges.some(({ from }) => from === 'human')) await this.held.release(tx, chatId);
    if (this.config.proofMs > 0 && isInQuestion(sorted, this.rules.handoffVariable)) await this.askForLook(tx, chatId, correlationId);
  }

  /**
   * A person lets a chat go, and the flow hands it over again while the variable is set already: nothing has changed, so no
   * webhook tells, and the customer's message would be nobody's. Looks soon, but no more often at one chat than a proof lasts: a
   * person and a customer may write for an hour.
   */
  private async askForLook(tx: Tx, chatId: string, correlationId: string): Promise<void> {
    const [clock] = await tx.$queryRaw<{ at: Date }[]>`
      SELECT greatest(clock_timestamp() + make_interval(secs => ${settleMs / 1000}),
        (SELECT asked_at FROM chat_proof WHERE chat_id = ${chatId}::uuid) + make_interval(secs => ${this.config.proofMs / 1000}),
        (SELECT max(received_at) FROM event WHERE chat_id = ${chatId}::uuid AND author = 'operator' AND occurred_at > clock_timestamp() - interval '1 hour')
          + make_interval(secs => ${(personProofs * this.config.proofMs) / 1000})) AS at`;
    await this.jobs.enqueue(tx, lookAtChat, { chatId, correlationId, tries: 0 }, clock?.at);
  }
}

/**
 * A message was set aside as somebody else's, although it may be ours; or the flow took the chat. Variables are told without their
 * time [O]: an old "no" that comes late, after the flow has handed over anew, looks like that, and nobody would answer.
 */
export function isInQuestion({ ignored, after, ownerChanges }: Sorted, handoffVariable: string): boolean {
  if (ownerChanges.some(({ reason }) => reason === 'flow-took-back')) return true;
  if (ignored.some(({ reason }) => reason === 'owned-by-human')) return true;
  return ignored.some(({ reason }) => reason === 'not-handed-off') && isSet(after.variables[handoffVariable]);
}
