import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { Database, Jobs, OutboxConfig } from '../platform/index.js';
import type { CallSight } from './call-step.js';
import { isHumans } from './chat-queue.store.js';
import { deliver } from './outbox.jobs.js';
import { isWindowClosed } from './window.js';

/** A call as a look sees it. */
export interface SeenCall extends CallSight {
  id: string;
  chatId: string | null;
  correlationId: string;
}

type Row = Omit<SeenCall, 'turn' | 'given' | 'messages'> & {
  runId: string | null;
  turnIsOver: boolean;
  turnReason: string | null;
  messages: CallSight['messages'] | null;
  givenIsSame: boolean | null;
  givenAgoMs: number | null;
};

/** Why a call waits no longer: it was late, its caller hung up, the process drains, the database is away, or the API was first. */
export type LeaveReason = 'deadline' | 'caller-gone' | 'draining' | 'database-away' | 'sent-by-api';

/** Who delivers the answer that a code block waits for: its call, or the outbox. */
@Injectable()
export class ResponseStore {
  constructor(
    private readonly database: Database,
    private readonly log: CorrelationLog,
    private readonly jobs: Jobs,
    private readonly config: OutboxConfig,
  ) {}

  /** Calls that are not filed yet are left out. Locks nothing, and takes a connection of the doors: turns must not make them wait. */
  async look(ids: readonly string[]): Promise<SeenCall[]> {
    const { rows } = await this.database.ingest.query<Row>(
      `SELECT call.id, call.chat_id AS "chatId", call.correlation_id AS "correlationId", call.reason, coalesce(asked.state = 'received', false) AS "isUnsorted",
        said.state AS "eventState", said.reason AS "eventReason", talk.owner,
        turn.run_id AS "runId", turn.state IN ('finished', 'failed', 'skipped') AS "turnIsOver", coalesce(turn.reason, turn.outcome) AS "turnReason",
        (SELECT jsonb_agg(jsonb_build_object('state', state, 'reason', reason, 'outgoing', content) ORDER BY part) FROM message WHERE message.run_id = turn.run_id) AS messages,
        given.message_event_id = call.message_event_id AS "givenIsSame", (extract(epoch FROM clock_timestamp() - given.answered_at) * 1000)::float8 AS "givenAgoMs"
      FROM code_action AS call
      LEFT JOIN event AS said ON said.id = call.message_event_id
      LEFT JOIN event AS asked ON asked.id = call.event_id
      LEFT JOIN turn ON turn.run_id = said.run_id
      LEFT JOIN conversation AS talk ON talk.chat_id = call.chat_id
      LEFT JOIN code_action AS given ON given.run_id = turn.run_id
      WHERE call.id = ANY($1::uuid[])`,
      [ids],
    );
    return rows.map(({ runId, turnIsOver, turnReason, messages, givenIsSame, givenAgoMs, ...call }) => ({
      ...call,
      turn: runId === null ? null : { runId, isOver: turnIsOver, reason: turnReason },
      messages: messages ?? [],
      given: givenAgoMs === null ? null : { isSame: givenIsSame === true, agoMs: givenAgoMs },
    }));
  }

  /**
   * Marks all that a turn says as given to the call, or nothing, with one statement: the call still waits, nothing of it is
   * under way or was called back, no person has taken the chat, its window is open, and nothing older of the chat is open that
   * it would overtake. False: look again.
   */
  async give({ id, chatId, correlationId }: SeenCall, runId: string): Promise<boolean> {
    const entry = { type: 'response.given', chatId, runId, correlationId, detail: {} } as const;
    const [row] = await this.database.prisma.$queryRaw<{ isGiven: boolean }[]>`
      WITH call AS MATERIALIZED (
        SELECT id FROM code_action WHERE id = ${id}::uuid AND left_at IS NULL AND answered_at IS NULL AND waits_until > clock_timestamp() FOR UPDATE
      ), fit AS MATERIALIZED (
        SELECT message.id FROM message
        WHERE message.run_id = ${runId}::uuid AND message.state = 'planned' AND EXISTS (SELECT FROM call)
          AND NOT EXISTS (SELECT FROM conversation WHERE conversation.chat_id = message.chat_id AND ${isHumans})
          AND NOT (message.kind <> 'intent' AND ${isWindowClosed(this.config.windowMarginMs)})
          AND NOT EXISTS (SELECT FROM message AS older WHERE older.chat_id = message.chat_id AND older.run_id <> message.run_id
            AND older.created_at < message.created_at AND older.state IN ('planned', 'retrying', 'sending'))
        ORDER BY message.part FOR UPDATE OF message
      ), taken AS (
        UPDATE message SET state = 'accepted', confirmed_by = 'response', reason = NULL, epoch = epoch + 1,
          sending_at = clock_timestamp(), accepted_at = clock_timestamp(), updated_at = clock_timestamp()
        FROM fit WHERE message.id = fit.id AND (SELECT count(*) FROM fit) = (SELECT count(*) FROM message AS part WHERE part.run_id = ${runId}::uuid)
        RETURNING message.id
      ), answered AS (
        UPDATE code_action SET answered_at = clock_timestamp(), run_id = ${runId}::uuid WHERE id = ${id}::uuid AND EXISTS (SELECT FROM taken) RETURNING id
      ), noted AS (${this.log.entryWhen(entry, Prisma.sql`SELECT FROM answered`)})
      SELECT EXISTS (SELECT FROM answered) AS "isGiven"`;
    return row?.isGiven ?? false;
  }

  /** The call waits no longer: what was planned for it is the outbox's now, unless another call waits for it. */
  async leave(id: string, why: LeaveReason): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const [call] = await tx.$queryRaw<{ chatId: string | null; messageEventId: bigint | null; correlationId: string }[]>`
        UPDATE code_action SET left_at = clock_timestamp() WHERE id = ${id}::uuid AND left_at IS NULL AND answered_at IS NULL
        RETURNING chat_id AS "chatId", message_event_id AS "messageEventId", correlation_id AS "correlationId"`;
      if (!call?.chatId || call.messageEventId === null) return;
      const { chatId, correlationId } = call;
      await this.log.append(tx, { type: 'response.late', chatId, eventId: call.messageEventId, correlationId, detail: { why } });
      const freed = await tx.$executeRaw`
        UPDATE message SET next_attempt_at = clock_timestamp(), updated_at = clock_timestamp()
        FROM event WHERE event.id = ${call.messageEventId} AND message.run_id = event.run_id AND message.state = 'planned' AND message.next_attempt_at > clock_timestamp()
          AND NOT EXISTS (SELECT FROM code_action AS other JOIN event AS said ON said.id = other.message_event_id
            WHERE said.run_id = message.run_id AND other.left_at IS NULL AND other.answered_at IS NULL AND other.waits_until > clock_timestamp())`;
      if (freed > 0) await this.jobs.enqueue(tx, deliver, { chatId, correlationId });
    });
  }

  /** The same answer was given to a further call about the same message. */
  async noteRepeat({ chatId, correlationId }: SeenCall, runId: string): Promise<void> {
    await this.database.inTransaction((tx) => this.log.append(tx, { type: 'response.repeated', chatId, runId, correlationId, detail: {} }));
  }
}
