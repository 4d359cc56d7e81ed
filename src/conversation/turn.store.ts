import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Prisma } from '../generated/prisma/client.js';
import { CorrelationLog } from '../correlation/index.js';
import type { StoredEvent } from '../inbox/index.js';
import { ConversationConfig, Jobs, Metrics, type Tx } from '../platform/index.js';
import { runTurn } from './conversation.jobs.js';
import { burstEnd } from './sorting.js';

/*
 * The life of a turn.
 *
 *   queued ──claim──▶ running ──▶ finished(outcome)
 *     │  ▲              │  └────▶ failed(code)
 *     │  └─lease over,──┘
 *     │    released
 *     └──▶ skipped(reason)
 *
 * queued    The burst may still grow; the turn starts at `startsAt`. It has read nothing yet.
 * running   A worker holds it by lease and epoch, and has read the mail. When the lease runs out, another worker takes it
 *           over with the next epoch, and the first one can't write any more.
 * finished  A decision was made and its messages are in the outbox, in one transaction.
 * skipped   There was nothing (more) for us to answer.
 *
 * At most one turn of a chat is queued or running: a unique index, not an agreement between workers.
 */

export const leaseMs = 15_000;

export interface ClaimedTurn {
  runId: string;
  chatId: string;
  correlationId: string;
  epoch: number;
  attempts: number;
}

export interface TurnEnd {
  state: 'finished' | 'skipped' | 'failed';
  outcome?: string;
  reason?: string;
  decision?: Prisma.InputJsonObject;
  usage?: Prisma.InputJsonObject;
}

@Injectable()
export class TurnStore {
  constructor(
    private readonly jobs: Jobs,
    private readonly log: CorrelationLog,
    private readonly config: ConversationConfig,
    private readonly metrics: Metrics,
  ) {}

  /** Makes a turn for the mail, or lets it join the one that waits. While a turn runs, the mail waits for the next. */
  async queue(tx: Tx, chatId: string, mail: readonly StoredEvent[], correlationId: string): Promise<void> {
    const arrivals = mail.map(({ receivedAt }) => receivedAt.getTime());
    const startsAt = burstEnd(new Date(Math.min(...arrivals)), new Date(Math.max(...arrivals)), this.config.debounceMs, this.config.debounceCapMs);
    const waiting = await tx.turn.findFirst({ where: { chatId, state: { in: ['queued', 'running'] } } });
    if (waiting?.state === 'running') return;
    const runId = waiting?.runId ?? uuidv7();
    if (waiting) await tx.turn.update({ where: { runId }, data: { startsAt } });
    else await tx.turn.create({ data: { runId, chatId, correlationId, startsAt, firstMailAt: new Date(Math.min(...arrivals)) } });
    const refs = { chatId, runId, correlationId: waiting?.correlationId ?? correlationId };
    await this.log.append(tx, { type: waiting ? 'turn.extended' : 'turn.queued', ...refs, detail: { startsInMs: Math.max(0, startsAt.getTime() - Date.now()) } });
    await this.jobs.enqueue(tx, runTurn, { runId, correlationId: refs.correlationId }, startsAt);
  }

  async chatOf(tx: Tx, runId: string): Promise<string | null> {
    return (await tx.turn.findUnique({ where: { runId }, select: { chatId: true } }))?.chatId ?? null;
  }

  /** Takes the turn when it is due, or when whoever had it lost its lease. Null: not ours to run (now). */
  async claim(tx: Tx, runId: string): Promise<ClaimedTurn | null> {
    const [turn] = await tx.$queryRaw<ClaimedTurn[]>`
      UPDATE turn SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, started_at = coalesce(started_at, clock_timestamp()),
        lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
      WHERE run_id = ${runId}::uuid
        AND ((state = 'queued' AND starts_at <= clock_timestamp() + interval '20 milliseconds') OR (state = 'running' AND lease_until < clock_timestamp()))
      RETURNING run_id AS "runId", chat_id AS "chatId", correlation_id AS "correlationId", epoch, attempts`;
    return turn ?? null;
  }

  /** Extends the lease. False: the turn was taken over, whoever asks must stop. */
  async renew(tx: Tx, { runId, epoch }: ClaimedTurn): Promise<boolean> {
    const renewed = await tx.$executeRaw`
      UPDATE turn SET lease_until = clock_timestamp() + make_interval(secs => ${leaseMs / 1000})
      WHERE run_id = ${runId}::uuid AND state = 'running' AND epoch = ${epoch}`;
    return renewed === 1;
  }

  /** Ends the turn. False: it was taken over meanwhile; nothing may be written. */
  async end(tx: Tx, { runId, epoch }: ClaimedTurn, end: TurnEnd): Promise<boolean> {
    const { count } = await tx.turn.updateMany({
      where: { runId, epoch, state: 'running' },
      data: { ...end, leaseUntil: null, finishedAt: new Date() },
    });
    if (count === 1) this.metrics.turns.inc({ outcome: end.outcome ?? end.state });
    return count === 1;
  }

  /** Gives the turn back: it starts again after `delayMs`. False: it was taken over meanwhile. */
  async release(tx: Tx, { runId, epoch, correlationId }: ClaimedTurn, delayMs: number, isCounted: boolean): Promise<boolean> {
    const startsAt = new Date(Date.now() + delayMs);
    const { count } = await tx.turn.updateMany({
      where: { runId, epoch, state: 'running' },
      data: { state: 'queued', leaseUntil: null, startsAt, ...(isCounted ? {} : { attempts: { decrement: 1 } }) },
    });
    if (count === 1) await this.jobs.enqueue(tx, runTurn, { runId, correlationId }, startsAt);
    return count === 1;
  }

  /** A turn that has not begun has nothing to answer any more. */
  async skipQueued(tx: Tx, chatId: string, reason: string): Promise<void> {
    const [turn] = await tx.turn.findMany({ where: { chatId, state: 'queued' } });
    if (!turn) return;
    await tx.turn.update({ where: { runId: turn.runId }, data: { state: 'skipped', reason, finishedAt: new Date() } });
    await this.log.append(tx, { type: 'turn.skipped', chatId, runId: turn.runId, correlationId: turn.correlationId, reason, detail: {} });
  }
}
