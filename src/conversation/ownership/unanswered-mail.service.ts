import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { EventStore, sortMail } from '../../inbox/index.js';
import { ConversationConfig, Jobs, type Tx } from '../../platform/index.js';
import { nothingAwaited } from '../replies.js';

/** A chat has come (back) to us by a look: what its customer wrote last and nobody has answered is mail again. */
@Injectable()
export class UnansweredMail {
  constructor(
    private readonly events: EventStore,
    private readonly log: CorrelationLog,
    private readonly jobs: Jobs,
    private readonly config: ConversationConfig,
  ) {}

  /** Returns how many messages were reopened. The caller holds the conversation, which is the agent's. */
  async reopen(tx: Tx, chatId: string, correlationId: string): Promise<number> {
    const ids = await this.find(tx, chatId);
    if (ids.length === 0) return 0;
    await this.events.mark(tx, ids, 'received');
    await this.log.append(tx, { type: 'mail.reopened', chatId, correlationId, detail: { count: ids.length } });
    await this.jobs.enqueue(tx, sortMail, { chatId, correlationId });
    return ids.length;
  }

  /**
   * An operator's line answers what was written before it, and so does a text of ours that went out, may have, or is about to.
   * The flow's last line answers only what stands before the customer's last message: what it says after that is how it hands
   * over. What a turn has decided to leave without an answer stays so.
   */
  private async find(tx: Tx, chatId: string): Promise<bigint[]> {
    const rows = await tx.$queryRaw<{ id: bigint }[]>`
      SELECT asked.id FROM event AS asked LEFT JOIN turn ON turn.run_id = asked.run_id
      CROSS JOIN (SELECT max(occurred_at) AS at FROM event WHERE chat_id = ${chatId}::uuid AND kind = 'message' AND author = 'customer') AS cause
      WHERE asked.chat_id = ${chatId}::uuid AND asked.kind = 'message' AND asked.author = 'customer' AND asked.state IN ('read', 'ignored')
        AND coalesce(asked.reason, '') IN ('', 'owned-by-human', 'not-handed-off')
        AND asked.occurred_at > clock_timestamp() - make_interval(secs => ${this.config.lateAnswerMaxAgeMs / 1000})
        AND coalesce(turn.state, '') NOT IN ('queued', 'running') AND coalesce(turn.outcome, '') <> ALL(${nothingAwaited})
        AND NOT EXISTS (SELECT FROM event AS said WHERE said.chat_id = asked.chat_id AND said.kind = 'message' AND said.occurred_at > asked.occurred_at
          AND (said.author = 'operator' OR (said.author = 'flow' AND said.occurred_at < cause.at)))
        AND NOT EXISTS (SELECT FROM message WHERE message.chat_id = asked.chat_id AND message.kind <> 'intent'
          AND message.state IN ('planned', 'retrying', 'sending', 'accepted', 'sent', 'delivered', 'read', 'unknown')
          AND (message.run_id = asked.run_id OR message.created_at > asked.received_at))
      ORDER BY asked.occurred_at, asked.id`;
    return rows.map(({ id }) => id);
  }
}
