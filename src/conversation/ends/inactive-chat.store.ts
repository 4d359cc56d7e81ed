import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/index.js';
import type { QuietChat } from './inactivity.js';

/** Whoever claims a look has this long; then it is due again. */
const workSeconds = 30;

/** Keeps when each of the agent's chats is next looked at for a customer who has gone quiet. */
@Injectable()
export class InactiveChatStore {
  constructor(private readonly database: Database) {}

  /** One whose look is due and in which nobody has written for `leastMs`: of all replicas that ask, one gets it. */
  async claim(leastMs: number): Promise<string | null> {
    const [due] = await this.database.prisma.$queryRaw<{ chatId: string }[]>`
      UPDATE conversation SET quiet_look_at = clock_timestamp() + make_interval(secs => ${workSeconds})
      WHERE chat_id = (
        SELECT chat_id FROM conversation WHERE owner = 'agent' AND quiet_look_at <= clock_timestamp()
          AND greatest(owner_since, last_customer_at) <= clock_timestamp() - make_interval(secs => ${leastMs / 1000})
        ORDER BY quiet_look_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING chat_id AS "chatId"`;
    return due?.chatId ?? null;
  }

  async postpone(reads: Pick<Tx, '$executeRaw'>, chatId: string, inMs: number): Promise<void> {
    await reads.$executeRaw`UPDATE conversation SET quiet_look_at = clock_timestamp() + make_interval(secs => ${inMs / 1000}) WHERE chat_id = ${chatId}::uuid`;
  }

  /** What is to be known of an agent's chat; null when it is not one (any more). A warning is no answer: the silence goes on. */
  async facts(reads: Pick<Tx, '$queryRaw'>, chatId: string): Promise<QuietChat | null> {
    const [facts] = await reads.$queryRaw<QuietChat[]>`
      SELECT (extract(epoch FROM clock_timestamp() - quiet.since) * 1000)::float8 AS "quietMs", talk.opted_out_at IS NOT NULL AS "isOptedOut",
        coalesce(talk.owner_reason = 'return-failed', false) AS "isStranded",
        EXISTS (SELECT FROM turn WHERE turn.chat_id = talk.chat_id AND turn.reason = 'inactive' AND turn.finished_at > quiet.since) AS "isWarned",
        EXISTS (SELECT FROM event WHERE event.chat_id = talk.chat_id AND event.state = 'received')
          OR EXISTS (SELECT FROM turn WHERE turn.chat_id = talk.chat_id AND turn.state IN ('queued', 'running'))
          OR EXISTS (SELECT FROM message WHERE message.chat_id = talk.chat_id AND message.state IN ('planned', 'retrying', 'sending', 'held'))
          OR EXISTS (SELECT FROM silent_chat WHERE silent_chat.chat_id = talk.chat_id) AS "isBusy"
      FROM conversation AS talk CROSS JOIN LATERAL (SELECT greatest(talk.owner_since,
        (SELECT max(received_at) FROM event WHERE event.chat_id = talk.chat_id AND event.kind = 'message' AND event.author = 'customer'),
        (SELECT max(coalesce(message.accepted_at, message.sending_at, message.created_at)) FROM message JOIN turn ON turn.run_id = message.run_id
          WHERE message.chat_id = talk.chat_id AND message.kind <> 'intent' AND message.state IN ('accepted', 'sent', 'delivered', 'read', 'unknown')
            AND turn.reason IS DISTINCT FROM 'inactive')) AS since) AS quiet
      WHERE talk.chat_id = ${chatId}::uuid AND talk.owner = 'agent'`;
    return facts ?? null;
  }
}
