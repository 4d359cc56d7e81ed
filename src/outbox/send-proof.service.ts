import { Injectable, Logger } from '@nestjs/common';
import { ChatLooks } from '../botmaker/index.js';
import { Database, Jobs, OwnershipConfig } from '../platform/index.js';
import type { ChatQueue } from './chat-queue.store.js';
import { HeldMessages } from './held-messages.store.js';
import { chatSeen } from './outbox.jobs.js';

/**
 * Right before a send: has a person taken the chat? No webhook tells of it before he writes. A look that fails does not stop the
 * send, because a customer's answer must not hang on a limit of three looks a second; what the webhooks told is checked by the
 * claim in any case.
 */
@Injectable()
export class SendProof {
  private readonly logger = new Logger(SendProof.name);

  constructor(
    private readonly looks: ChatLooks,
    private readonly held: HeldMessages,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly config: OwnershipConfig,
  ) {}

  /** What a person ordered to be sent is sent, whoever has the chat. */
  isDue({ proofAgeMs, isOrdered }: ChatQueue): boolean {
    return this.config.proofMs > 0 && !isOrdered && (proofAgeMs === null || proofAgeMs > this.config.proofMs);
  }

  /** Keeps back what waits when a person has the chat, and has the conversation hear of it. */
  async look({ chatId, open }: ChatQueue): Promise<void> {
    const proof = await this.looks.look(chatId, 'send');
    const [head] = open;
    if (!head || proof === null || proof.agentId === null) return;
    this.logger.log({ runId: head.runId }, 'a person has the chat: the answer is kept back');
    await this.database.inTransaction(async (tx) => {
      await this.held.hold(tx, chatId, 'owned-by-human');
      await this.jobs.enqueue(tx, chatSeen, { chatId, correlationId: head.correlationId });
    });
  }
}
