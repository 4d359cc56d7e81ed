import { Injectable } from '@nestjs/common';
import type { ChatAddress, RemoteChat } from '../botmaker/index.js';
import { Database, type Tx } from '../platform/index.js';

/*
 * A chat that is to be looked into: its messages are fetched, what is missing goes into the inbox, and the row goes.
 *
 * listed   By a look, in the transaction of the page on which the chat stood. Listed again while it waits: it is due at once
 *          and reaches as far back as the older wish.
 * claimed  By a worker, which has `workSeconds`; then it is due again, so a worker that dies leaves no gap.
 * deleted  With the transaction that stores what was missing, by whoever has the newest epoch. One that is listed anew
 *          meanwhile stays and is looked into once more.
 */

const workSeconds = 120;
const retrySeconds = 30;

export interface WantedChat {
  chat: RemoteChat;
  lastUserMessageAt: Date;
  since: Date;
  /** Only suspected: it does not differ by itself. */
  isSuspected: boolean;
  /** Listed by a look that suspects every chat: what is found raises no new suspicion. */
  isThorough: boolean;
}

export interface ClaimedChat {
  address: ChatAddress & { chatId: string };
  since: Date;
  lastUserMessageAt: Date;
  isSuspected: boolean;
  isThorough: boolean;
  epoch: number;
  attempts: number;
}

@Injectable()
export class SweepChatStore {
  constructor(private readonly database: Database) {}

  async list(tx: Tx, wanted: readonly WantedChat[]): Promise<void> {
    if (wanted.length === 0) return;
    const rows = wanted.map(({ chat: { address }, ...rest }) => ({ ...address, ...rest }));
    await tx.$executeRaw`
      INSERT INTO sweep_chat AS known (botmaker_chat_id, channel_id, contact_id, since, last_user_message_at, is_suspected, is_thorough)
      SELECT "chatId", "channelId", "contactId", since, "lastUserMessageAt", "isSuspected", "isThorough"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS w (
        "chatId" text, "channelId" text, "contactId" text, since timestamptz, "lastUserMessageAt" timestamptz, "isSuspected" boolean, "isThorough" boolean)
      ON CONFLICT (botmaker_chat_id) DO UPDATE SET since = least(known.since, excluded.since), last_user_message_at = excluded.last_user_message_at,
        is_suspected = known.is_suspected AND excluded.is_suspected, is_thorough = known.is_thorough OR excluded.is_thorough, epoch = known.epoch + 1, attempts = 0, next_at = clock_timestamp()`;
  }

  /** The next chat that is due: those that surely miss something first. */
  async claim(): Promise<ClaimedChat | null> {
    const [row] = await this.database.prisma.$queryRaw<(Omit<ClaimedChat, 'address'> & { chatId: string; channelId: string | null; contactId: string | null })[]>`
      UPDATE sweep_chat SET epoch = epoch + 1, attempts = attempts + 1, next_at = clock_timestamp() + make_interval(secs => ${workSeconds})
      WHERE botmaker_chat_id = (
        SELECT botmaker_chat_id FROM sweep_chat WHERE next_at <= clock_timestamp() ORDER BY is_suspected, next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING botmaker_chat_id AS "chatId", channel_id AS "channelId", contact_id AS "contactId", since,
        last_user_message_at AS "lastUserMessageAt", is_suspected AS "isSuspected", is_thorough AS "isThorough", epoch, attempts`;
    if (!row) return null;
    const { chatId, channelId, contactId, ...rest } = row;
    return { ...rest, address: { platform: null, chatId, channelId, contactId } };
  }

  async done(tx: Tx, { address, epoch }: ClaimedChat): Promise<void> {
    await tx.sweepChat.deleteMany({ where: { botmakerChatId: address.chatId, epoch } });
  }

  /** Later, with growing pauses. */
  async postpone({ address, epoch, attempts }: ClaimedChat): Promise<void> {
    await this.database.prisma.$executeRaw`
      UPDATE sweep_chat SET next_at = clock_timestamp() + make_interval(secs => ${retrySeconds * 2 ** (attempts - 1)})
      WHERE botmaker_chat_id = ${address.chatId} AND epoch = ${epoch}`;
  }
}
