import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { skewMs, type Unbound } from './match-listing.js';

/** How far back the listing is asked for at most, to see whether it shows what we know to be there. */
const canaryMs = 60 * 60_000;

/** A message of the chat that Botmaker told us of before ours was sent: a list without it is not up to date. */
export interface Canary {
  remoteId: string;
  occurredAt: Date;
}

/** What we know of a chat when we look into Botmaker's list of it. */
@Injectable()
export class LookUpStore {
  constructor(private readonly database: Database) {}

  /** What is in doubt and what stands beside it that Botmaker took under an id that we don't know, in the order of sending. */
  async before(chatId: string, inDoubt: readonly string[]): Promise<{ unbound: Unbound[]; canary: Canary | null }> {
    const { prisma } = this.database;
    const unbound = await prisma.$queryRaw<Unbound[]>`
      WITH doubtful AS (SELECT min(coalesce(doubted_at, sending_at)) AS since FROM message WHERE id = ANY(${inDoubt}::uuid[]))
      SELECT id, text, coalesce(doubted_at, sending_at) AS "sentAt", id <> ALL(${inDoubt}::uuid[]) AS "isAccepted", resent_at IS NOT NULL AS "wasResent"
      FROM message, doubtful
      WHERE chat_id = ${chatId}::uuid AND kind <> 'intent' AND remote_id IS NULL
        AND (id = ANY(${inDoubt}::uuid[]) OR accepted_at > since - make_interval(secs => ${(2 * skewMs) / 1000}))
      ORDER BY created_at, run_id, part`;
    const [canary] = await prisma.$queryRaw<Canary[]>`
      WITH doubtful AS (SELECT min(coalesce(doubted_at, sending_at)) AS since FROM message WHERE id = ANY(${inDoubt}::uuid[]))
      SELECT event.remote_id AS "remoteId", event.occurred_at AS "occurredAt" FROM event, doubtful
      WHERE event.chat_id = ${chatId}::uuid AND event.kind = 'message' AND event.remote_id IS NOT NULL
        AND event.received_at < since AND event.occurred_at > since - make_interval(secs => ${canaryMs / 1000})
      ORDER BY event.occurred_at DESC LIMIT 1`;
    return { unbound, canary: canary ?? null };
  }

  /** Which of these ids stand for a message of ours already, or for a copy of one. */
  async known(remoteIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.prisma.$queryRaw<{ remoteId: string }[]>`
      SELECT remote_id AS "remoteId" FROM message WHERE remote_id = ANY(${remoteIds}::text[])
      UNION ALL SELECT remote_id FROM message_copy WHERE remote_id = ANY(${remoteIds}::text[])
      UNION ALL SELECT refused_remote_id FROM message WHERE refused_remote_id = ANY(${remoteIds}::text[])`;
    return new Set(rows.map(({ remoteId }) => remoteId));
  }
}
