import { Injectable } from '@nestjs/common';
import { ChatLooks, ChatProofStore } from '../../botmaker/index.js';
import { Outbox } from '../../outbox/index.js';
import { ConversationConfig, Database, OwnershipConfig, type Tx } from '../../platform/index.js';
import type { ClaimedTurn } from '../turn.store.js';
import { isMuteDue, muteBy } from './mute.js';
import { OwnershipStore } from './ownership.store.js';
import { ProofWeighing } from './proof-weighing.service.js';

/** Before the agent thinks: is the chat really ours, and is Botmaker's bot really silent? */
@Injectable()
export class TurnOwnership {
  constructor(
    private readonly database: Database,
    private readonly looks: ChatLooks,
    private readonly proofs: ChatProofStore,
    private readonly weighing: ProofWeighing,
    private readonly ownership: OwnershipStore,
    private readonly outbox: Outbox,
    private readonly rules: ConversationConfig,
    private readonly config: OwnershipConfig,
  ) {}

  /**
   * False: somebody else has the chat. A look that fails takes it from nobody. The bot is muted right away, not with the answer:
   * while the agent thinks the customer goes on writing, and the flow would answer.
   */
  async isOurs(turn: ClaimedTurn): Promise<boolean> {
    const hasLooked = await this.lookIfDue(turn.chatId);
    return this.database.inTransaction(async (tx) => {
      const isOurs = !hasLooked || (await this.weighing.weigh(tx, turn.chatId, turn.correlationId)) === 'agent';
      if (isOurs) await this.mute(tx, turn);
      return isOurs;
    });
  }

  private async lookIfDue(chatId: string): Promise<boolean> {
    const { proofMs } = this.config;
    if (proofMs === 0) return false;
    const proof = await this.proofs.of(this.database.prisma, chatId);
    if (proof === null || proof.ageMs > proofMs) await this.looks.look(chatId, 'turn');
    return true;
  }

  private async mute(tx: Tx, { runId, chatId, correlationId }: ClaimedTurn): Promise<void> {
    const { muteIntent } = this.rules;
    const known = muteIntent === null ? null : await this.ownership.lock(tx, chatId);
    if (muteIntent === null || known?.held.owner !== 'agent' || !isMuteDue(known, this.config.remuteAfterMs)) return;
    await this.ownership.noteMute(tx, chatId);
    await this.outbox.queue(tx, { runId, chatId, correlationId }, [muteBy(muteIntent)]);
  }
}
