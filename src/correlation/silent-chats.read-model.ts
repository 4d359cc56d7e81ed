import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { Database } from '../platform/index.js';
import { boundedRead } from './bounded-read.js';
import { reasonWords } from './chat-view.js';
import type { SilentChatView } from './silent-chat-view.js';

const snippet = 200;

/** Answers "which customers wait, and who has their chats?". The watch over silent chats keeps the list. */
@Injectable()
export class SilentChatsReadModel {
  constructor(private readonly database: Database) {}

  /** Who waits longest comes first. */
  async list(limit: number): Promise<SilentChatView[]> {
    const rows = await boundedRead<Omit<SilentChatView, 'ownerReasonText'>>(this.database, Prisma.sql`
      SELECT c.id, c.botmaker_chat_id AS "botmakerChatId", c.platform, c.channel_id AS "channelId", c.contact_id AS "contactId", c.name,
        v.owner, v.owner_reason AS "ownerReason", v.owner_since AS "ownerSince", s.since AS "waitingSince", left(said.text, ${snippet}) AS "lastText",
        p.agent_id AS "operatorId", p.is_bot_muted AS "isBotMuted", p.asked_at AS "askedAt", s.acts, s.last_act AS "lastAct"
      FROM silent_chat s
      JOIN chat c ON c.id = s.chat_id
      JOIN conversation v ON v.chat_id = s.chat_id
      LEFT JOIN chat_proof p ON p.chat_id = s.chat_id
      LEFT JOIN LATERAL (
        SELECT e.text FROM event e WHERE e.chat_id = s.chat_id AND e.kind = 'message' AND e.author = 'customer' ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1
      ) said ON TRUE
      ORDER BY s.since, s.chat_id LIMIT ${limit}`);
    return rows.map((row) => ({ ...row, ownerReasonText: reasonWords(row.ownerReason) }));
  }
}
