import { Injectable } from '@nestjs/common';
import { proofAgeMs, type ChatAddress } from '../botmaker/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Database, OutboxConfig } from '../platform/index.js';
import type { OpenMessage } from './open-message.js';
import { isWindowClosed } from './window.js';

/** A chat's messages that are not over, in the order of sending, and where to write to it. */
export interface ChatQueue {
  chatId: string;
  address: ChatAddress;
  open: OpenMessage[];
  /** How old what Botmaker last said of the chat is; null: nothing that still counts. */
  proofAgeMs: number | null;
  /** A person has ordered that the first message is sent. */
  isOrdered: boolean;
}

type QueueRow = OpenMessage & ChatAddress & Pick<ChatQueue, 'proofAgeMs' | 'isOrdered'> & { botmakerChatId: string | null };

/**
 * An operator has the chat and has written since the message was planned, by the clock of arrival; or he has written, and nobody
 * has looked at it yet. Not merely that the chat is a person's: the messages of the turn that handed it to one must still go.
 */
export const isHumans = Prisma.sql`EXISTS (
  SELECT FROM event WHERE event.chat_id = message.chat_id AND event.author = 'operator' AND event.received_at > coalesce(message.redriven_at, message.created_at)
    AND (conversation.owner = 'human' OR (event.state = 'received' AND NOT event.backfill)))`;

const mayHaveBeenSent = Prisma.sql`(message.doubted_at IS NOT NULL OR message.doubt_until IS NOT NULL)`;
const ms = (span: Prisma.Sql): Prisma.Sql => Prisma.sql`(extract(epoch FROM ${span}) * 1000)::float8`;

/** Looks at a chat's queue and locks nothing: whoever acts on what he saw does it by a statement that checks it again. */
@Injectable()
export class ChatQueueStore {
  constructor(
    private readonly database: Database,
    private readonly config: OutboxConfig,
  ) {}

  async look(chatId: string): Promise<ChatQueue | null> {
    const rows = await this.database.prisma.$queryRaw<QueueRow[]>`
      SELECT message.id, message.run_id AS "runId", message.part, message.correlation_id AS "correlationId", message.content AS outgoing,
        message.state, message.attempts, message.epoch, message.lookups, message.failed_looks AS "failedLooks", message.resent_at IS NOT NULL AS "wasResent", ${mayHaveBeenSent} AS "mayHaveBeenSent",
        ${ms(Prisma.sql`clock_timestamp() - coalesce(message.redriven_at, message.created_at)`)} AS "plannedMs",
        ${ms(Prisma.sql`message.next_attempt_at - clock_timestamp()`)} AS "dueInMs",
        ${ms(Prisma.sql`clock_timestamp() - message.sending_at`)} AS "sendingMs",
        ${ms(Prisma.sql`message.lease_until - clock_timestamp()`)} AS "leaseInMs",
        ${ms(Prisma.sql`message.doubt_until - clock_timestamp()`)} AS "doubtInMs",
        ${isHumans} AS "isHumans", ${isWindowClosed(this.config.windowMarginMs)} AS "isWindowClosed", coalesce(chat.platform, 'whatsapp') = 'whatsapp' AS "canReopen", coalesce(conversation.owner = 'agent', false) AS "isAgents",
        (${mayHaveBeenSent} AND message.kind <> 'intent' AND EXISTS (
          SELECT FROM event WHERE event.chat_id = message.chat_id AND event.author = 'customer' AND event.received_at > greatest(message.sending_at, message.redriven_at))) AS "hasNewerMail",
        (${mayHaveBeenSent} AND message.kind = 'intent' AND message.content->'variables' <> '{}' AND EXISTS (
          SELECT FROM event WHERE event.chat_id = message.chat_id AND event.received_at > coalesce(message.doubted_at, message.sending_at)
            AND event.content->'variables' @> (message.content->'variables'))) AS "isEffectTold",
        ${proofAgeMs(Prisma.sql`message.chat_id`)} AS "proofAgeMs", message.redriven_at IS NOT NULL AS "isOrdered",
        chat.platform, chat.channel_id AS "channelId", chat.contact_id AS "contactId", chat.botmaker_chat_id AS "botmakerChatId"
      FROM message JOIN chat ON chat.id = message.chat_id LEFT JOIN conversation ON conversation.chat_id = message.chat_id
      WHERE message.chat_id = ${chatId}::uuid AND message.state IN ('planned', 'retrying', 'sending')
      ORDER BY message.created_at, message.run_id, message.part`;
    const [first] = rows;
    if (!first) return null;
    const { platform, channelId, contactId, botmakerChatId, proofAgeMs: ageMs, isOrdered } = first;
    return { chatId, address: { platform, channelId, contactId, chatId: botmakerChatId }, open: rows, proofAgeMs: ageMs, isOrdered };
  }
}
