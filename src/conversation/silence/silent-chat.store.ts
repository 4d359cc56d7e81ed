import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { Prisma } from '../../generated/prisma/client.js';
import { ConversationConfig, Database, OwnershipConfig, type Tx } from '../../platform/index.js';
import { nothingAwaited } from '../replies.js';
import type { Owner } from '../sorting.js';
import type { Silence, SilenceAct } from './silence.js';

/** A chat is looked at for this long after it has come to the age: several looks of several replicas. */
const slackSecs = 300;

/** Chats acted upon are looked at again no sooner than this. */
const shortestPauseMs = 1000;

/**
 * What answers a customer's message, by who has the chat. A person's line always does, and so does what we sent. The flow's line
 * does where the flow has the chat: elsewhere it is how it handed over, or what it says while a queue waits. An intent that we
 * ran speaks for the flow.
 */
const isAnswered = Prisma.sql`(
  EXISTS (SELECT FROM event AS said WHERE said.chat_id = talk.chat_id AND said.kind = 'message' AND said.occurred_at > asked.occurred_at
    AND (said.author = 'operator' OR (said.author = 'flow' AND talk.owner = 'flow')))
  OR EXISTS (SELECT FROM message WHERE message.chat_id = talk.chat_id AND message.state IN ('accepted', 'sent', 'delivered', 'read')
    AND (message.kind <> 'intent' OR talk.owner = 'flow') AND (message.run_id = asked.run_id OR message.sending_at > asked.received_at)))`;

/**
 * When the first message came that nobody has answered; null: nobody waits. What was left without an answer on purpose has its
 * reason; whose answer waits behind a closed window has been asked to come for it.
 */
const waitingSince = (oldestSeconds: number): Prisma.Sql => Prisma.sql`(
  SELECT min(asked.received_at) FROM event AS asked LEFT JOIN turn ON turn.run_id = asked.run_id
  WHERE asked.chat_id = talk.chat_id AND asked.kind = 'message' AND asked.author = 'customer' AND asked.state <> 'quarantined'
    AND asked.occurred_at > clock_timestamp() - make_interval(secs => ${oldestSeconds})
    AND coalesce(asked.reason, '') IN ('', 'owned-by-human', 'not-handed-off') AND coalesce(turn.outcome, '') <> ALL(${nothingAwaited}) AND NOT ${isAnswered}
    AND NOT EXISTS (SELECT FROM message WHERE message.run_id = asked.run_id AND message.state = 'held' AND message.reason = 'window-closed'))`;

export interface DueChat {
  chatId: string;
  acts: number;
}

/** Keeps the chats in which a customer waits: found by a look over all conversations, gone when somebody has answered. */
@Injectable()
export class SilentChatStore {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly rules: ConversationConfig,
    private readonly config: OwnershipConfig,
  ) {}

  /**
   * Lists those that are silent now, and forgets those that are not any more. One replica at a time. Usually only chats that have
   * just come to the age are looked at; `isThorough`: all, for answers of which it became known later that nobody got them.
   */
  async refresh(isThorough: boolean): Promise<void> {
    const silentSecs = this.config.silentAfterMs / 1000;
    const reachSecs = isThorough ? this.oldestSeconds : Math.min(this.oldestSeconds, silentSecs + slackSecs);
    await this.database.inTransaction(async (tx) => {
      const [turn] = await tx.$queryRaw<{ isOurs: boolean }[]>`SELECT pg_try_advisory_xact_lock(hashtext('silent chats')) AS "isOurs"`;
      if (!turn?.isOurs) return;
      const found = await tx.$queryRaw<{ chatId: string; isNew: boolean; owner: string }[]>`
        WITH talk AS MATERIALIZED (
          SELECT chat_id, owner FROM conversation
          WHERE last_customer_at > clock_timestamp() - make_interval(secs => ${reachSecs}) AND created_at < clock_timestamp() - make_interval(secs => ${silentSecs})
          UNION SELECT listed.chat_id, owner FROM silent_chat AS listed JOIN conversation ON conversation.chat_id = listed.chat_id
        ), silent AS MATERIALIZED (
          SELECT talk.chat_id, talk.owner, waiting.since FROM talk CROSS JOIN LATERAL (SELECT ${waitingSince(this.oldestSeconds)} AS since) AS waiting
          WHERE waiting.since < clock_timestamp() - make_interval(secs => ${silentSecs})
        ), over AS (
          DELETE FROM silent_chat WHERE NOT EXISTS (SELECT FROM silent WHERE silent.chat_id = silent_chat.chat_id)
        ), listed AS (
          INSERT INTO silent_chat AS known (chat_id, since) SELECT chat_id, since FROM silent ORDER BY chat_id
          ON CONFLICT (chat_id) DO UPDATE SET since = excluded.since RETURNING chat_id, xmax = 0 AS is_new
        )
        SELECT listed.chat_id AS "chatId", is_new AS "isNew", silent.owner FROM listed JOIN silent ON silent.chat_id = listed.chat_id`;
      await this.log.append(tx, ...found.filter(({ isNew }) => isNew).map(({ chatId, owner }) => ({ type: 'chat.silent' as const, chatId, detail: { owner } })));
    });
  }

  /** The next one to look at: of all replicas that ask, one gets it. */
  async claim(): Promise<DueChat | null> {
    const pauseMs = Math.max(this.config.silentAfterMs, shortestPauseMs);
    const [due] = await this.database.prisma.$queryRaw<DueChat[]>`
      UPDATE silent_chat SET next_at = clock_timestamp() + make_interval(secs => ${pauseMs / 1000})
      WHERE chat_id = (SELECT chat_id FROM silent_chat WHERE next_at <= clock_timestamp() ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING chat_id AS "chatId", acts`;
    return due ?? null;
  }

  /** Null: somebody has answered meanwhile, or it was acted upon. Locks the row. */
  async state(tx: Tx, { chatId, acts }: DueChat, owner: Owner, isUnheld: boolean): Promise<Silence | null> {
    const [facts] = await tx.$queryRaw<Omit<Silence, 'owner' | 'isUnheld'>[]>`
      SELECT acts,
        EXISTS (SELECT FROM turn WHERE turn.chat_id = silent_chat.chat_id AND turn.state IN ('queued', 'running')) AS "hasTurn",
        EXISTS (SELECT FROM event WHERE event.chat_id = silent_chat.chat_id AND event.state = 'received') AS "hasMail",
        EXISTS (SELECT FROM message WHERE message.chat_id = silent_chat.chat_id AND message.state IN ('planned', 'retrying', 'sending', 'held')) AS "hasAnswer",
        EXISTS (SELECT FROM message WHERE message.chat_id = silent_chat.chat_id AND message.state = 'unknown' AND message.created_at > silent_chat.since) AS "isAnswerUnknown",
        EXISTS (SELECT FROM chat_return WHERE chat_return.chat_id = silent_chat.chat_id AND failed_at IS NULL) AS "isReturning"
      FROM silent_chat JOIN conversation AS talk ON talk.chat_id = silent_chat.chat_id
      WHERE silent_chat.chat_id = ${chatId}::uuid AND acts = ${acts} AND ${waitingSince(this.oldestSeconds)} IS NOT NULL FOR UPDATE OF silent_chat`;
    return facts ? { ...facts, owner, isUnheld } : null;
  }

  async noteAct(tx: Tx, chatId: string, act: Exclude<SilenceAct['do'], 'nothing'>): Promise<void> {
    await tx.$executeRaw`UPDATE silent_chat SET acts = acts + 1, last_act = ${act} WHERE chat_id = ${chatId}::uuid`;
  }

  /** A message that is older is not answered any more: it has its reason. */
  private get oldestSeconds(): number {
    return this.rules.answerMaxAgeMs / 1000;
  }

  /** How many there are, by who has them; and how many of them are ours to answer. */
  async count(): Promise<{ byOwner: Record<Owner, number>; ours: number }> {
    const [counts] = await this.database.prisma.$queryRaw<(Record<Owner, number> & { unheld: number })[]>`
      SELECT count(*) FILTER (WHERE talk.owner = 'flow')::int AS flow, count(*) FILTER (WHERE talk.owner = 'agent')::int AS agent, count(*) FILTER (WHERE talk.owner = 'human')::int AS human,
        count(*) FILTER (WHERE talk.owner = 'flow' AND proof.is_bot_muted AND proof.agent_id IS NULL AND coalesce(proof.queue_id, '_default_') = '_default_' AND proof.is_handed_over IS NOT TRUE)::int AS unheld
      FROM silent_chat JOIN conversation AS talk ON talk.chat_id = silent_chat.chat_id LEFT JOIN chat_proof AS proof ON proof.chat_id = silent_chat.chat_id`;
    const { flow = 0, agent = 0, human = 0, unheld = 0 } = counts ?? {};
    return { byOwner: { flow, agent, human }, ours: agent + unheld };
  }
}
