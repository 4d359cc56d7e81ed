import { Injectable } from '@nestjs/common';
import { ChatLooks, ChatProofStore, type ChatProof } from '../../botmaker/index.js';
import { Outbox } from '../../outbox/index.js';
import { Database, OwnershipConfig, type Tx } from '../../platform/index.js';
import type { MailTurn } from '../turn-mail.service.js';
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
    private readonly config: OwnershipConfig,
  ) {}

  /**
   * False: somebody else has the chat. A look that fails takes it from nobody. The bot is muted right away, not with the answer:
   * while the agent thinks the customer goes on writing, and the flow would answer.
   */
  async isOurs(turn: MailTurn): Promise<boolean> {
    const proof = await this.proof(turn.chatId);
    const isPersons = proof !== null && proof.agentId !== null;
    const { muteIntent } = turn.rules;
    if (!isPersons && muteIntent === null) return true;
    return this.database.inTransaction(async (tx) => {
      const isOurs = !isPersons || (await this.weighing.weigh(tx, turn.chatId, turn.correlationId)) === 'agent';
      if (isOurs && muteIntent !== null) await this.mute(tx, turn, muteIntent);
      return isOurs;
    });
  }

  /** Null: nobody is asked, or Botmaker did not say in time. */
  private async proof(chatId: string): Promise<ChatProof | null> {
    const { proofMs } = this.config;
    if (proofMs === 0) return null;
    const known = await this.proofs.of(this.database.prisma, chatId);
    return known !== null && known.ageMs <= proofMs ? known : this.looks.look(chatId, 'turn');
  }

  private async mute(tx: Tx, { runId, chatId, correlationId }: ClaimedTurn, muteIntent: string): Promise<void> {
    const known = await this.ownership.lock(tx, chatId);
    if (known?.held.owner !== 'agent' || !isMuteDue(known, this.config.remuteAfterMs)) return;
    await this.ownership.noteMute(tx, chatId);
    await this.outbox.queue(tx, { runId, chatId, correlationId }, [muteBy(muteIntent)]);
  }
}
