import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import { Database, type Tx } from '../../platform/index.js';
import type { ChatState } from '../api/botmaker.client.js';
import type { ChatAddress } from '../formats/index.js';
import type { ChatProof } from './chat-proof.js';

/**
 * A webhook has told of who has the chat since Botmaker was asked: an operator's line, a variable, an assignment. It counts more
 * than what was asked before. Events of another hour can't be news of this one.
 */
const isOvertaken = Prisma.sql`EXISTS (
  SELECT FROM event WHERE event.chat_id = proof.chat_id AND event.occurred_at > proof.asked_at - interval '1 hour' AND event.received_at > proof.asked_at
    AND (event.author = 'operator' OR event.kind IN ('variables', 'assignment') OR jsonb_typeof(event.content->'variables') = 'object'))`;

/** The age of a chat's proof in milliseconds, as a part of a larger statement; null when there is none that counts. */
export const proofAgeMs = (chatId: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT (extract(epoch FROM clock_timestamp() - proof.asked_at) * 1000)::float8 FROM chat_proof AS proof WHERE proof.chat_id = ${chatId} AND NOT ${isOvertaken})`;

/** Keeps what Botmaker said of each chat when it was last asked. Nothing is deleted: what a webhook overtakes just counts no more. */
@Injectable()
export class ChatProofStore {
  constructor(private readonly database: Database) {}

  async addressOf(chatId: string): Promise<ChatAddress | null> {
    const chat = await this.database.prisma.chat.findUnique({ where: { id: chatId }, select: { platform: true, channelId: true, contactId: true, botmakerChatId: true } });
    return chat && { platform: chat.platform, channelId: chat.channelId, contactId: chat.contactId, chatId: chat.botmakerChatId };
  }

  /** `agoMs`: how long ago it was asked. Of two looks at once the one that was asked later stays. */
  async save(chatId: string, state: ChatState | null, isHandedOver: boolean | null, agoMs: number): Promise<void> {
    const { agentId = null, queueId = null, isBotMuted = null, windowClosesAt = null } = state ?? {};
    await this.database.prisma.$executeRaw`
      INSERT INTO chat_proof AS proof (chat_id, asked_at, is_known, agent_id, queue_id, is_bot_muted, is_handed_over, window_closes_at)
      VALUES (${chatId}::uuid, clock_timestamp() - make_interval(secs => ${agoMs / 1000}), ${state !== null}, ${agentId}, ${queueId}, ${isBotMuted}, ${isHandedOver}, ${windowClosesAt})
      ON CONFLICT (chat_id) DO UPDATE SET asked_at = excluded.asked_at, is_known = excluded.is_known, agent_id = excluded.agent_id, queue_id = excluded.queue_id,
        is_bot_muted = excluded.is_bot_muted, is_handed_over = excluded.is_handed_over, window_closes_at = excluded.window_closes_at
      WHERE proof.asked_at <= excluded.asked_at`;
  }

  /** Null: Botmaker was never asked, or a webhook has told something since. `after`: it must have been asked later than that. */
  async of(reads: Pick<Tx, '$queryRaw'>, chatId: string, after: Date | null = null): Promise<ChatProof | null> {
    const [proof] = await reads.$queryRaw<ChatProof[]>`
      SELECT (extract(epoch FROM clock_timestamp() - proof.asked_at) * 1000)::float8 AS "ageMs", is_known AS "isKnown", agent_id AS "agentId", queue_id AS "queueId",
        is_bot_muted AS "isBotMuted", is_handed_over AS "isHandedOver", window_closes_at AS "windowClosesAt"
      FROM chat_proof AS proof WHERE proof.chat_id = ${chatId}::uuid AND proof.asked_at > coalesce(${after}::timestamptz, '-infinity') AND NOT ${isOvertaken}`;
    return proof ?? null;
  }
}
