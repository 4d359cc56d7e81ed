import { Injectable } from '@nestjs/common';
import { HeldMessages } from '../../outbox/index.js';
import type { Tx } from '../../platform/index.js';
import { ConversationStore } from '../conversation.store.js';
import { GiveBack } from '../returns/give-back.service.js';
import type { Owner, OwnerChange } from '../sorting.js';
import { TurnStore } from '../turn.store.js';
import { NextLook } from './next-look.service.js';
import { OwnershipStore } from './ownership.store.js';
import { UnansweredMail } from './unanswered-mail.service.js';
import { weigh } from './weigh-proof.js';

/** Draws from a look at a chat what follows from it: who may speak now, what is kept back, what is to be answered after all. */
@Injectable()
export class ProofWeighing {
  constructor(
    private readonly ownership: OwnershipStore,
    private readonly conversations: ConversationStore,
    private readonly turns: TurnStore,
    private readonly held: HeldMessages,
    private readonly unanswered: UnansweredMail,
    private readonly giveBack: GiveBack,
    private readonly nextLook: NextLook,
  ) {}

  /** Locks the conversation. Returns who has the chat now; nothing changes when Botmaker said nothing that counts. */
  async weigh(tx: Tx, chatId: string, correlationId: string): Promise<Owner> {
    const known = await this.ownership.lock(tx, chatId);
    if (!known) return 'flow';
    const { held, proof } = known;
    const weighed = proof ? weigh(held, proof) : ({ is: 'known' } as const);
    // A flow may mute itself for reasons of its own: its silence is ours only when a customer waits (silent-chat-acts).
    if (weighed.is === 'known' || (weighed.is === 'unheld' && held.owner === 'flow')) return held.owner;
    if (weighed.is === 'unheld') return this.giveBack.begin(tx, chatId, { from: held.owner, reason: 'released', correlationId });
    await this.apply(tx, chatId, weighed.change, correlationId);
    return weighed.change.to;
  }

  private async apply(tx: Tx, chatId: string, change: OwnerChange, correlationId: string): Promise<void> {
    await this.conversations.changeOwner(tx, chatId, change, { correlationId });
    if (change.to === 'human') {
      await this.turns.skipQueued(tx, chatId, 'owned-by-human');
      await this.held.hold(tx, chatId, 'owned-by-human');
      return this.nextLook.soon(tx, chatId, correlationId);
    }
    await this.held.release(tx, chatId);
    if (change.to === 'agent') await this.unanswered.reopen(tx, chatId, correlationId);
  }
}
