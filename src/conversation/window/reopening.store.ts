import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/index.js';
import type { WaitsFor } from './reopening.js';

/** Whoever claims a reopening has this long; then it is due again. Reading the account's listings may take most of it. */
const workSeconds = 90;

export interface ClaimedReopening {
  chatId: string;
  runId: string;
  correlationId: string;
  epoch: number;
  channelId: string | null;
  tried: string[];
  ageMs: number;
  isAsked: boolean;
}

/** Keeps reopenings. `epoch` grows with each claim: who was overtaken changes nothing. */
@Injectable()
export class ReopeningStore {
  constructor(private readonly database: Database) {}

  /** One that is there already goes on: a further answer has joined. */
  async begin(tx: Tx, chatId: string, runId: string, correlationId: string): Promise<boolean> {
    return (await tx.reopening.createMany({ data: [{ chatId, runId, correlationId }], skipDuplicates: true })).count === 1;
  }

  /** The next one that is due; also one whose template was surely not delivered. */
  async claim(): Promise<ClaimedReopening | null> {
    const [claimed] = await this.database.prisma.$queryRaw<ClaimedReopening[]>`
      WITH due AS (
        SELECT reopening.chat_id, coalesce(message.state, 'dead') NOT IN ('dead', 'expired') AS is_asked FROM reopening LEFT JOIN message ON message.id = reopening.message_id
        WHERE next_at <= clock_timestamp() OR message.state = 'dead' ORDER BY next_at LIMIT 1 FOR UPDATE OF reopening SKIP LOCKED
      )
      UPDATE reopening SET epoch = reopening.epoch + 1, next_at = clock_timestamp() + make_interval(secs => ${workSeconds}), message_id = CASE WHEN is_asked THEN reopening.message_id END
      FROM due JOIN chat ON chat.id = due.chat_id WHERE reopening.chat_id = due.chat_id
      RETURNING reopening.chat_id AS "chatId", reopening.run_id AS "runId", reopening.correlation_id AS "correlationId", reopening.epoch, chat.channel_id AS "channelId", tried, is_asked AS "isAsked",
        (extract(epoch FROM clock_timestamp() - coalesce(
          (SELECT min(created_at) FROM message WHERE message.chat_id = reopening.chat_id AND message.state = 'held' AND message.reason = 'window-closed'), since)) * 1000)::float8 AS "ageMs"`;
    return claimed ?? null;
  }

  /** False: somebody else's by now, or over. */
  async postpone(tx: Tx, { chatId, epoch }: ClaimedReopening, inMs: number, waitsFor: WaitsFor | null): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE reopening SET next_at = clock_timestamp() + make_interval(secs => ${inMs / 1000}), waits_for = ${waitsFor} WHERE chat_id = ${chatId}::uuid AND epoch = ${epoch}`;
    return changed === 1;
  }

  /** `messageId`: by what the customer is asked. */
  async noteAsked(tx: Tx, { chatId, epoch }: ClaimedReopening, template: string, messageId: string, leftMs: number): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE reopening SET tried = array_append(tried, ${template}), message_id = ${messageId}::uuid, waits_for = NULL, next_at = clock_timestamp() + make_interval(secs => ${leftMs / 1000})
      WHERE chat_id = ${chatId}::uuid AND epoch = ${epoch}`;
    return changed === 1;
  }

  async end(tx: Tx, chatId: string): Promise<void> {
    await tx.reopening.deleteMany({ where: { chatId } });
  }

  async countWithoutTemplate(): Promise<number> {
    return this.database.prisma.reopening.count({ where: { waitsFor: 'no-template' } });
  }
}
