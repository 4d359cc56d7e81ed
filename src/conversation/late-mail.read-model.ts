import { Injectable } from '@nestjs/common';
import type { StoredEvent } from '../inbox/index.js';
import type { Tx } from '../platform/index.js';
import { nothingLate, type LateFacts } from './late-mail.js';

/** What must be known of a chat before what the sweep found in it can be judged. Nothing is asked when it found nothing. */
@Injectable()
export class LateMailReadModel {
  /**
   * The flow says a sentence when it hands over; that is no answer to the message that made it do so. Its lines count up to the
   * customer's last message before the hand-over, a person's all.
   */
  async factsOf(tx: Tx, chatId: string, unread: readonly StoredEvent[]): Promise<LateFacts> {
    if (!unread.some(({ backfill }) => backfill)) return nothingLate;
    const [facts] = await tx.$queryRaw<LateFacts[]>`
      SELECT talk.owner_since AS "ownerSince", news.at AS "newsAt", greatest(flow.at, operator.at) AS "answeredUntil"
      FROM (SELECT ${chatId}::uuid AS id) AS chat
      LEFT JOIN LATERAL (SELECT owner, owner_since FROM conversation WHERE chat_id = chat.id AND owner_reason IS NOT NULL) AS talk ON true
      CROSS JOIN LATERAL (SELECT max(received_at) AS at FROM event WHERE chat_id = chat.id AND NOT backfill AND state <> 'received'
        AND (kind = 'variables' OR author = 'operator' OR jsonb_typeof(content->'variables') = 'object')) AS news
      CROSS JOIN LATERAL (SELECT max(occurred_at) AS at FROM event WHERE chat_id = chat.id AND author = 'customer'
        AND (talk.owner IS DISTINCT FROM 'agent' OR occurred_at <= talk.owner_since)) AS cause
      CROSS JOIN LATERAL (SELECT max(occurred_at) AS at FROM event WHERE chat_id = chat.id AND author = 'flow' AND occurred_at < cause.at) AS flow
      CROSS JOIN LATERAL (SELECT max(occurred_at) AS at FROM event WHERE chat_id = chat.id AND author = 'operator') AS operator`;
    return facts ?? nothingLate;
  }
}
