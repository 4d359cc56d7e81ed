import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, OwnershipConfig, type Tx } from '../../platform/index.js';
import type { Owner } from '../sorting.js';
import type { ReturnState } from './return.js';

/** Whoever claims a return has this long; then it is due again. */
const workSeconds = 30;

export interface ClaimedReturn extends ReturnState {
  chatId: string;
  runId: string;
  correlationId: string;
  epoch: number;
  owner: Owner;
  /** Its messages are not all out yet. */
  isSending: boolean;
}

/** Keeps returns. `epoch` grows with each claim and each new return of the chat: who was overtaken changes nothing. */
@Injectable()
export class ReturnStore {
  constructor(
    private readonly database: Database,
    private readonly config: OwnershipConfig,
  ) {}

  async begin(tx: Tx, chatId: string, runId: string, correlationId: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO chat_return AS known (chat_id, run_id, correlation_id, next_at)
      VALUES (${chatId}::uuid, ${runId}::uuid, ${correlationId}::uuid, clock_timestamp() + make_interval(secs => ${this.config.returnCheckMs / 1000}))
      ON CONFLICT (chat_id) DO UPDATE SET run_id = excluded.run_id, correlation_id = excluded.correlation_id, begun_at = clock_timestamp(), next_at = excluded.next_at,
        triggers = 1, looks = 0, epoch = known.epoch + 1, failed_at = NULL`;
  }

  /** The run that the messages of a return belong to: the chat's last one, or one without mail that is made for it. */
  async runOf(tx: Tx, chatId: string, correlationId: string): Promise<string> {
    const last = await tx.turn.findFirst({ where: { chatId }, orderBy: { createdAt: 'desc' }, select: { runId: true } });
    if (last) return last.runId;
    const [made] = await tx.$queryRaw<{ runId: string }[]>`
      INSERT INTO turn (run_id, chat_id, correlation_id, state, outcome, starts_at, first_mail_at, started_at, finished_at)
      SELECT ${uuidv7()}::uuid, ${chatId}::uuid, ${correlationId}::uuid, 'finished', 'returned-to-flow', now, now, now, now FROM clock_timestamp() AS now
      RETURNING run_id AS "runId"`;
    if (!made) throw new Error('a turn that was just inserted is not there');
    return made.runId;
  }

  /** The next return that is due. */
  async claim(): Promise<ClaimedReturn | null> {
    const [claimed] = await this.database.prisma.$queryRaw<ClaimedReturn[]>`
      UPDATE chat_return SET epoch = chat_return.epoch + 1, next_at = clock_timestamp() + make_interval(secs => ${workSeconds})
      FROM conversation
      WHERE conversation.chat_id = chat_return.chat_id AND chat_return.chat_id = (
        SELECT chat_id FROM chat_return WHERE next_at <= clock_timestamp() AND failed_at IS NULL ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING chat_return.chat_id AS "chatId", run_id AS "runId", correlation_id AS "correlationId", triggers, looks, epoch, conversation.owner,
        (extract(epoch FROM clock_timestamp() - begun_at) * 1000)::float8 AS "begunMs",
        EXISTS (SELECT FROM message WHERE message.chat_id = chat_return.chat_id AND message.state IN ('planned', 'retrying', 'sending')) AS "isSending"`;
    return claimed ?? null;
  }

  /** False: it is somebody else's by now, or over. */
  async postpone(tx: Tx, { chatId, epoch }: ClaimedReturn, inMs: number, change: { triggers: number; looks: number }): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE chat_return SET triggers = ${change.triggers}, looks = ${change.looks}, next_at = clock_timestamp() + make_interval(secs => ${inMs / 1000})
      WHERE chat_id = ${chatId}::uuid AND epoch = ${epoch} AND failed_at IS NULL`;
    return changed === 1;
  }

  async end(tx: Tx, { chatId, epoch }: ClaimedReturn): Promise<boolean> {
    return (await tx.chatReturn.deleteMany({ where: { chatId, epoch } })).count === 1;
  }

  async fail(tx: Tx, { chatId, epoch }: ClaimedReturn): Promise<boolean> {
    const failed = await tx.$executeRaw`UPDATE chat_return SET failed_at = clock_timestamp() WHERE chat_id = ${chatId}::uuid AND epoch = ${epoch} AND failed_at IS NULL`;
    return failed === 1;
  }

  /** What the alarm is about: returns that failed within the hour, and those that take too long. */
  async troubled(): Promise<{ failed: number; late: number }> {
    const [counts] = await this.database.prisma.$queryRaw<{ failed: number; late: number }[]>`
      SELECT count(*) FILTER (WHERE failed_at > clock_timestamp() - interval '1 hour')::int AS failed,
        count(*) FILTER (WHERE failed_at IS NULL AND begun_at < clock_timestamp() - interval '5 minutes')::int AS late
      FROM chat_return`;
    return counts ?? { failed: 0, late: 0 };
  }
}
