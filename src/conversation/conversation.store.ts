import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Tx } from '../platform/index.js';
import { ReturnStore } from './returns/return.store.js';
import type { ConversationState, OwnerChange } from './sorting.js';

const state = Prisma.sql`owner, variables, session_id AS "sessionId", last_customer_at AS "lastCustomerAt", last_operator_at AS "lastOperatorAt", window_closes_at AS "windowClosesAt", opted_out_at AS "optedOutAt"`;

/** What we know of each chat. Its row is the chat's lock: whoever changes anything about a conversation holds it. */
@Injectable()
export class ConversationStore {
  constructor(
    private readonly log: CorrelationLog,
    private readonly returns: ReturnStore,
  ) {}

  /** The conversation, created when the chat is new, held until the transaction ends. */
  async lock(tx: Tx, chatId: string): Promise<ConversationState> {
    const known = await this.lockKnown(tx, chatId);
    if (known) return known;
    await tx.$executeRaw`INSERT INTO conversation (chat_id) VALUES (${chatId}::uuid) ON CONFLICT DO NOTHING`;
    const made = await this.lockKnown(tx, chatId);
    if (!made) throw new Error('a conversation that was just inserted is not there');
    return made;
  }

  /** Those of many chats that nobody else holds, with two statements; a chat that is not there waits, or is held. */
  async lockFree(tx: Tx, chatIds: readonly string[]): Promise<Map<string, ConversationState>> {
    await tx.$executeRaw`INSERT INTO conversation (chat_id) SELECT id FROM unnest(${chatIds}::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM conversation WHERE chat_id = id) ON CONFLICT DO NOTHING`;
    const rows = await tx.$queryRaw<(ConversationState & { chatId: string })[]>`
      SELECT chat_id AS "chatId", ${state} FROM conversation WHERE chat_id = ANY(${chatIds}::uuid[]) ORDER BY chat_id FOR UPDATE SKIP LOCKED`;
    return new Map(rows.map(({ chatId, ...known }) => [chatId, known]));
  }

  async saveAll(tx: Tx, states: ReadonlyMap<string, ConversationState>): Promise<void> {
    if (states.size === 0) return;
    const rows = JSON.stringify([...states].map(([chatId, known]) => ({ chatId, ...known })));
    await tx.$executeRaw`
      UPDATE conversation SET owner = known.owner, variables = known.variables, session_id = known."sessionId", last_customer_at = known."lastCustomerAt",
        last_operator_at = known."lastOperatorAt", window_closes_at = known."windowClosesAt", opted_out_at = known."optedOutAt", updated_at = clock_timestamp()
      FROM jsonb_to_recordset(${rows}::jsonb) AS known (
        "chatId" uuid, owner text, variables jsonb, "sessionId" text, "lastCustomerAt" timestamptz, "lastOperatorAt" timestamptz, "windowClosesAt" timestamptz, "optedOutAt" timestamptz)
      WHERE conversation.chat_id = known."chatId"`;
  }

  async save(tx: Tx, chatId: string, known: ConversationState): Promise<void> {
    await tx.conversation.update({ where: { chatId }, data: { ...known, updatedAt: new Date() } });
  }

  /**
   * Writes down who speaks from now on, and why. The caller holds the lock. A chat that a run of ours gives to the flow is looked
   * after until the flow has it; one that the flow took back itself is not.
   */
  async changeOwner(tx: Tx, chatId: string, change: OwnerChange, refs: { correlationId: string; runId?: string }): Promise<void> {
    await tx.$executeRaw`
      UPDATE conversation SET owner = ${change.to}, owner_reason = ${change.reason}, owner_since = clock_timestamp(), updated_at = clock_timestamp() WHERE chat_id = ${chatId}::uuid`;
    if (change.to === 'flow' && refs.runId !== undefined) await this.returns.begin(tx, chatId, refs.runId, refs.correlationId);
    await this.log.append(tx, { type: 'chat.owner-changed', chatId, ...refs, reason: change.reason, detail: { from: change.from, to: change.to } });
  }

  /** What was sent came too late, whatever we reckoned. The caller holds the lock. */
  async closeWindow(tx: Tx, chatId: string): Promise<void> {
    await tx.$executeRaw`UPDATE conversation SET window_closes_at = least(window_closes_at, clock_timestamp()) WHERE chat_id = ${chatId}::uuid`;
  }

  private async lockKnown(tx: Tx, chatId: string): Promise<ConversationState | undefined> {
    const [row] = await tx.$queryRaw<ConversationState[]>`
      SELECT ${state} FROM conversation WHERE chat_id = ${chatId}::uuid FOR UPDATE`;
    return row;
  }
}
