import { Injectable } from '@nestjs/common';
import { ChatProofStore, type ChatProof } from '../../botmaker/index.js';
import type { Tx } from '../../platform/index.js';
import type { HeldOwner } from './weigh-proof.js';

interface Row extends HeldOwner {
  ownerSince: Date;
  mutedForMs: number;
}

export interface Ownership {
  held: HeldOwner;
  /** What Botmaker said since the chat has this owner; null: nothing that counts. */
  proof: ChatProof | null;
  /** Since the bot was muted, as far as we know. */
  mutedForMs: number;
}

/** Who has a chat, as we hold it and as Botmaker last said. */
@Injectable()
export class OwnershipStore {
  constructor(private readonly proofs: ChatProofStore) {}

  /** Locks the conversation; null when there is none. */
  async lock(tx: Tx, chatId: string): Promise<Ownership | null> {
    const [row] = await tx.$queryRaw<Row[]>`
      SELECT owner, owner_reason AS "ownerReason", owner_since AS "ownerSince", (extract(epoch FROM clock_timestamp() - owner_since) * 1000)::float8 AS "ownedMs",
        owner_reason IN ('operator-wrote', 'operator-has-chat') OR coalesce(last_operator_at > owner_since, false) AS "wasPersonSeen",
        EXISTS (SELECT FROM chat_return WHERE chat_return.chat_id = conversation.chat_id AND failed_at IS NULL) AS "isReturning",
        EXISTS (SELECT FROM message WHERE message.chat_id = conversation.chat_id AND message.state IN ('planned', 'retrying', 'sending')) AS "isSending",
        (extract(epoch FROM clock_timestamp() - greatest(muted_at, owner_since)) * 1000)::float8 AS "mutedForMs"
      FROM conversation WHERE chat_id = ${chatId}::uuid FOR UPDATE`;
    if (!row) return null;
    const { ownerSince, mutedForMs, ...held } = row;
    return { held, mutedForMs, proof: await this.proofs.of(tx, chatId, ownerSince) };
  }

  /** The bot is being muted, from now on. The caller holds the lock. */
  async noteMute(tx: Tx, chatId: string): Promise<void> {
    await tx.$executeRaw`UPDATE conversation SET muted_at = clock_timestamp() WHERE chat_id = ${chatId}::uuid`;
  }
}
