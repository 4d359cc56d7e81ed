import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Checkpoints } from '../agent/index.js';
import { CorrelationLog } from '../correlation/index.js';
import type { Prisma } from '../generated/prisma/client.js';
import type { StoredEvent } from '../inbox/index.js';
import { ConversationConfig, Jobs, Metrics, type Debounce, type Tx } from '../platform/index.js';
import type { Inheritance } from './begun-turn.store.js';
import { runTurn } from './conversation.jobs.js';
import { pauseAfter } from './pause.js';
import { burstEnd } from './sorting.js';
import { claimed, isExhausted, type Again, type Turn } from './turn.js';

/** A turn in a worker's hands. */
export interface ClaimedTurn {
  runId: string;
  chatId: string;
  correlationId: string;
  epoch: number;
  attempts: number;
  /** The worker before this one died with it, or was lost: that try has failed nobody. */
  isTakenOver: boolean;
  /** Since the first of its mail came. */
  waitingMs: number;
  /** It may only be ended: it was tried as often as it may be. */
  isExhausted: boolean;
}

/** How a turn is put in line. */
export interface Queueing {
  correlationId: string;
  debounce: Debounce;
  /** When it takes the place of another. */
  inheritance?: Inheritance;
}

/** What makes a claim the only one. */
export type TurnHold = Pick<ClaimedTurn, 'runId' | 'epoch'>;

export type TurnEnd = { decision?: Prisma.InputJsonObject; usage?: Prisma.InputJsonObject } & (
  | { state: 'finished'; outcome: string }
  | { state: 'skipped' | 'failed'; reason: string }
);

type Row = Turn & { chatId: string; correlationId: string; firstMailAt: Date; now: Date };

/** Keeps turns. What may happen to one stands in `turn.ts`; here each change is one statement that only its holder can make. */
@Injectable()
export class TurnStore {
  constructor(
    private readonly jobs: Jobs,
    private readonly log: CorrelationLog,
    private readonly config: ConversationConfig,
    private readonly metrics: Metrics,
    private readonly checkpoints: Checkpoints,
  ) {}

  /**
   * Makes a turn for the mail, or lets it join the one that waits and has read nothing yet. Returns its run; null while one
   * that has begun is in the way.
   */
  async queue(tx: Tx, chatId: string, mail: readonly StoredEvent[], { correlationId, debounce, inheritance = { restarts: 0, attempts: 0 } }: Queueing): Promise<string | null> {
    const byArrival = [...mail].sort((one, other) => one.receivedAt.getTime() - other.receivedAt.getTime());
    const [first, last] = [byArrival[0], byArrival.at(-1)];
    if (!first || !last) throw new Error('a turn is queued for no mail');
    const startsAt = burstEnd(first.receivedAt, last.receivedAt, pauseAfter(last.content, debounce), debounce.capMs);
    const [turn] = await tx.$queryRaw<{ runId: string; correlationId: string; isNew: boolean; startsInMs: number }[]>`
      INSERT INTO turn (run_id, chat_id, correlation_id, starts_at, first_mail_at, restarts, attempts)
      VALUES (${uuidv7()}::uuid, ${chatId}::uuid, ${correlationId}::uuid, ${startsAt}::timestamptz, ${first.receivedAt}::timestamptz, ${inheritance.restarts}, ${inheritance.attempts})
      ON CONFLICT (chat_id) WHERE state IN ('queued', 'running') DO UPDATE SET starts_at = excluded.starts_at WHERE turn.state = 'queued' AND turn.epoch = 0
      RETURNING run_id AS "runId", correlation_id AS "correlationId", xmax = 0 AS "isNew",
        greatest(0, extract(epoch FROM starts_at - clock_timestamp()) * 1000)::int AS "startsInMs"`;
    if (!turn) return null;
    const { runId, isNew, startsInMs } = turn;
    await this.log.append(tx, { type: isNew ? 'turn.queued' : 'turn.extended', chatId, runId, correlationId: turn.correlationId, detail: { startsInMs } });
    await this.jobs.enqueue(tx, runTurn, { runId, correlationId: turn.correlationId }, startsAt);
    return runId;
  }

  /** A turn that is over before it began: somebody must be told something, and the agent is not asked. Returns its run. */
  async skipped(tx: Tx, chatId: string, { correlationId, firstMailAt }: { correlationId: string; firstMailAt: Date }, reason: string): Promise<string> {
    const runId = uuidv7();
    await tx.$executeRaw`
      INSERT INTO turn (run_id, chat_id, correlation_id, state, reason, starts_at, first_mail_at, finished_at)
      VALUES (${runId}::uuid, ${chatId}::uuid, ${correlationId}::uuid, 'skipped', ${reason}, clock_timestamp(), ${firstMailAt}::timestamptz, clock_timestamp())`;
    return runId;
  }

  async chatOf(tx: Tx, runId: string): Promise<string | null> {
    return (await tx.turn.findUnique({ where: { runId }, select: { chatId: true } }))?.chatId ?? null;
  }

  /** Takes the turn when it is due, or when whoever had it lost its lease. Null: not ours to run (now). */
  async claim(tx: Tx, runId: string): Promise<ClaimedTurn | null> {
    const [row] = await tx.$queryRaw<Row[]>`
      SELECT state, epoch, attempts, starts_at AS "startsAt", lease_until AS "leaseUntil", chat_id AS "chatId", correlation_id AS "correlationId", first_mail_at AS "firstMailAt", clock_timestamp() AS now
      FROM turn WHERE run_id = ${runId}::uuid FOR UPDATE`;
    const next = row && claimed(row, row.now, this.config.leaseMs);
    if (!next) return null;
    await tx.$executeRaw`
      UPDATE turn SET state = ${next.state}, epoch = ${next.epoch}, attempts = ${next.attempts}, lease_until = ${next.leaseUntil}::timestamptz, started_at = coalesce(started_at, ${row.now}::timestamptz)
      WHERE run_id = ${runId}::uuid`;
    return {
      runId, chatId: row.chatId, correlationId: row.correlationId, epoch: next.epoch, attempts: next.attempts,
      isTakenOver: row.state === 'running', waitingMs: row.now.getTime() - row.firstMailAt.getTime(), isExhausted: isExhausted(row),
    };
  }

  /** Ends the turn. False: it was taken over meanwhile; nothing may be written. */
  async end(tx: Tx, { runId, epoch }: TurnHold, end: TurnEnd): Promise<boolean> {
    const [outcome, reason] = end.state === 'finished' ? [end.outcome, null] : [null, end.reason];
    // What a tool answered is kept for a further try, and there is none now.
    const gone = await tx.$queryRaw<{ runId: string }[]>`
      WITH ended AS (
        UPDATE turn SET state = ${end.state}, outcome = ${outcome}, reason = ${reason}, decision = ${jsonOf(end.decision)}::jsonb, usage = ${jsonOf(end.usage)}::jsonb,
          lease_until = NULL, finished_at = clock_timestamp()
        WHERE run_id = ${runId}::uuid AND state = 'running' AND epoch = ${epoch} RETURNING run_id
      ), cleared AS (
        UPDATE effect SET result = NULL FROM ended WHERE effect.run_id = ended.run_id AND result IS NOT NULL
      )
      SELECT run_id AS "runId" FROM ended`;
    if (gone.length === 0) return false;
    await this.checkpoints.forget(tx, [runId]);
    this.metrics.turns.inc({ outcome: outcome ?? end.state });
    return true;
  }

  /** Gives the turn back: it starts again later. False: it was taken over meanwhile. */
  async release(tx: Tx, { runId, epoch, correlationId }: ClaimedTurn, { delayMs, isCounted }: Again): Promise<boolean> {
    const [row] = await tx.$queryRaw<{ startsAt: Date }[]>`
      UPDATE turn SET state = 'queued', lease_until = NULL, starts_at = clock_timestamp() + make_interval(secs => ${delayMs / 1000}),
        attempts = greatest(0, attempts - ${isCounted ? 0 : 1}::int)
      WHERE run_id = ${runId}::uuid AND state = 'running' AND epoch = ${epoch} RETURNING starts_at AS "startsAt"`;
    if (row) await this.jobs.enqueue(tx, runTurn, { runId, correlationId }, row.startsAt);
    return row !== undefined;
  }

  /** A turn that has not begun has nothing to answer any more. */
  async skipQueued(tx: Tx, chatId: string, reason: string): Promise<void> {
    const [turn] = await tx.$queryRaw<{ runId: string; correlationId: string }[]>`
      UPDATE turn SET state = 'skipped', reason = ${reason}, finished_at = clock_timestamp()
      WHERE chat_id = ${chatId}::uuid AND state = 'queued' RETURNING run_id AS "runId", correlation_id AS "correlationId"`;
    if (!turn) return;
    await this.checkpoints.forget(tx, [turn.runId]);
    await this.log.append(tx, { type: 'turn.skipped', chatId, runId: turn.runId, correlationId: turn.correlationId, reason, detail: {} });
  }
}

const jsonOf = (value: Prisma.InputJsonObject | undefined): string | null => (value ? JSON.stringify(value) : null);
