import { Injectable } from '@nestjs/common';
import { CodeActionConfig, type Tx } from '../platform/index.js';

/** A call as the reader of its body files it. */
export interface NewCall {
  /** The delivery key of its body: what the waiting request knows it by. */
  id: string;
  correlationId: string;
  chatId: string | null;
  /** Its own event. */
  eventId: bigint | null;
  /** The customer's message that it speaks of, and the key that it gives to that message. */
  message: { eventId: bigint; key: string } | null;
  /** Why it speaks of none. */
  reason: string | null;
  calledAt: Date;
}

/** A call of whose message no webhook has told yet. */
export interface UntoldCall {
  id: string;
  chatId: string;
  messageEventId: bigint;
  text: string | null;
  remoteId: string | null;
  occurredAt: Date;
}

/**
 * What is left of the deadline when the last answer may be given to a block: the time of one statement and of the way back.
 * From then on the outbox sends.
 */
const lastStepMs = 500;

/** How long the webhook may be behind a code block that speaks of the same message. */
const untoldForMinutes = 10;

/** Calls of code blocks: which message each speaks of, and until when it waits for the answer. */
@Injectable()
export class CodeActionStore {
  constructor(private readonly config: CodeActionConfig) {}

  async open(tx: Tx, call: NewCall): Promise<void> {
    await tx.codeAction.create({
      data: {
        id: call.id, correlationId: call.correlationId, chatId: call.chatId, eventId: call.eventId, reason: call.reason,
        messageEventId: call.message?.eventId ?? null, messageKey: call.message?.key ?? null,
        calledAt: call.calledAt, waitsUntil: new Date(call.calledAt.getTime() + this.config.deadlineMs - lastStepMs),
      },
    });
  }

  /** The message that an earlier call spoke of by the same name. */
  async messageNamed(tx: Tx, chatId: string, messageKey: string): Promise<bigint | null> {
    const call = await tx.codeAction.findFirst({ where: { chatId, messageKey, messageEventId: { not: null } }, orderBy: { calledAt: 'asc' }, select: { messageEventId: true } });
    return call?.messageEventId ?? null;
  }

  /** Those of these messages that a call speaks of. */
  async spokenOf(tx: Tx, messageEventIds: readonly bigint[]): Promise<Set<bigint>> {
    const calls = await tx.codeAction.findMany({ where: { messageEventId: { in: [...messageEventIds] } }, select: { messageEventId: true } });
    return new Set(calls.flatMap(({ messageEventId }) => messageEventId ?? []));
  }

  async untold(tx: Tx, chatIds: readonly string[]): Promise<UntoldCall[]> {
    return tx.$queryRaw<UntoldCall[]>`
      SELECT call.id, call.chat_id AS "chatId", event.id AS "messageEventId", event.text, event.remote_id AS "remoteId", event.occurred_at AS "occurredAt"
      FROM code_action AS call JOIN event ON event.id = call.message_event_id
      WHERE call.chat_id = ANY(${chatIds}::uuid[]) AND call.told_at IS NULL AND call.called_at > clock_timestamp() - make_interval(mins => ${untoldForMinutes})
      ORDER BY call.called_at`;
  }

  /** The webhook told of this message, too. */
  async noteTold(tx: Tx, messageEventId: bigint): Promise<void> {
    await tx.$executeRaw`UPDATE code_action SET told_at = clock_timestamp() WHERE message_event_id = ${messageEventId} AND told_at IS NULL`;
  }

  /** The messages that these calls, named by their own events, ask to be answered. */
  async askedFor(tx: Tx, eventIds: readonly bigint[]): Promise<bigint[]> {
    const calls = await tx.codeAction.findMany({ where: { eventId: { in: [...eventIds] } }, select: { messageEventId: true } });
    return calls.flatMap(({ messageEventId }) => messageEventId ?? []);
  }

  /**
   * Until when a code block waits for what this turn says; null: none does. The calls are held until the transaction ends, so
   * that one that stops waiting meanwhile finds the messages that were planned for it.
   */
  async awaitedUntil(tx: Tx, runId: string): Promise<Date | null> {
    const [row] = await tx.$queryRaw<{ until: Date | null }[]>`
      SELECT max(waits_until) AS until FROM (
        SELECT call.waits_until FROM event JOIN code_action AS call ON call.message_event_id = event.id
        WHERE event.run_id = ${runId}::uuid AND call.left_at IS NULL AND call.answered_at IS NULL AND call.waits_until > clock_timestamp()
        ORDER BY call.id FOR SHARE OF call
      ) AS waiting`;
    return row?.until ?? null;
  }
}
