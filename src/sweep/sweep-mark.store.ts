import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';

/** A webhook may simply be under way: a message is missed when it is still unknown after this long. */
const graceSeconds = 60;
/** Looks overlap, so that what Botmaker lists late, and what a clock that differs hides, is seen by the next one. */
const overlapSeconds = 15 * 60;
/** How far the very first look goes back. */
const firstLookBackSeconds = 60 * 60;
/** From 7 days on a listing costs the account money [O]. */
const longestLookBackSeconds = 7 * 24 * 60 * 60 - 60 * 60;

/** Why the sweep can't see: the listing shows none of the chats that write to us, lacks fields, or announces what it does not show. */
export type BlindReason = 'no-chats' | 'unreadable' | 'not-shown' | 'too-long-away';

/** One look, all by the database's clock. */
export interface Round {
  askedAt: Date;
  /** Chats that were active since then are listed. */
  from: Date;
  /** What is younger may still come by webhook, or lie in a body that nobody has read. */
  settledUntil: Date;
  /** Up to here an earlier look has seen everything; null at the first. */
  seenUntil: Date | null;
  /** An earlier look found a loss: from here on every active chat is suspected. */
  thoroughFrom: Date | null;
  /** The last look was longer ago than a look can reach: what lies between is not seen. */
  isTooLongAgo: boolean;
}

export interface SweepState {
  completedAt: Date | null;
  sweptUntil: Date | null;
  sinceCompletedMs: number | null;
  /** Noticed within the time that was asked for. */
  blindReason: BlindReason | null;
  pendingChats: number;
  foundLastDay: number;
  /** Something was found within the time that was asked for. */
  hasFound: boolean;
}

/** How far the sweep has looked, shared by all replicas and kept through restarts. It moves only over what was really seen. */
@Injectable()
export class SweepMark {
  constructor(private readonly database: Database) {}

  /** Whether the next look is due and ours: of all replicas that ask, one gets it. */
  async claim(everyMs: number): Promise<boolean> {
    const claimed = await this.database.prisma.$executeRaw`
      INSERT INTO sweep_mark (next_at) VALUES (clock_timestamp() + make_interval(secs => ${everyMs / 1000}))
      ON CONFLICT (id) DO UPDATE SET next_at = excluded.next_at WHERE sweep_mark.next_at <= clock_timestamp()`;
    return claimed === 1;
  }

  async round(): Promise<Round> {
    const [round] = await this.database.prisma.$queryRaw<Round[]>`
      SELECT now AS "askedAt", settled AS "settledUntil", mark.swept_until + make_interval(secs => ${overlapSeconds}) AS "seenUntil", mark.thorough_from AS "thoroughFrom",
        coalesce(mark.swept_until < earliest, false) AS "isTooLongAgo",
        greatest(least(coalesce(mark.swept_until, now - make_interval(secs => ${firstLookBackSeconds})), mark.thorough_from), earliest) AS "from"
      FROM (SELECT clock_timestamp() AS now) AS clock
      CROSS JOIN LATERAL (SELECT now - make_interval(secs => ${longestLookBackSeconds}) AS earliest,
        least(now, (SELECT min(received_at) FROM envelope WHERE read_at IS NULL AND door <> 'sweep')) - make_interval(secs => ${graceSeconds}) AS settled) AS bounds
      LEFT JOIN sweep_mark AS mark ON mark.id = 1`;
    if (!round) throw new Error('the database did not tell the time');
    return round;
  }

  /** Everything of the round was listed, and what is to be done about it is stored. Several looks at once never move it back. */
  async complete({ settledUntil, thoroughFrom }: Round): Promise<void> {
    await this.database.prisma.$executeRaw`
      INSERT INTO sweep_mark AS mark (next_at, swept_until, completed_at)
      VALUES (clock_timestamp(), ${settledUntil}::timestamptz - make_interval(secs => ${overlapSeconds}), clock_timestamp())
      ON CONFLICT (id) DO UPDATE SET swept_until = greatest(mark.swept_until, excluded.swept_until), completed_at = excluded.completed_at,
        thorough_from = CASE WHEN mark.thorough_from >= ${thoroughFrom}::timestamptz THEN NULL ELSE mark.thorough_from END`;
  }

  /** The webhook has lost something: the next look is due at once, and suspects every chat that was active since. */
  async suspect(from: Date): Promise<void> {
    await this.database.prisma.$executeRaw`
      INSERT INTO sweep_mark AS mark (next_at, thorough_from) VALUES (clock_timestamp(), ${from})
      ON CONFLICT (id) DO UPDATE SET next_at = excluded.next_at, thorough_from = least(mark.thorough_from, excluded.thorough_from)`;
  }

  async isSuspecting(): Promise<boolean> {
    return (await this.database.prisma.sweepMark.count({ where: { thoroughFrom: { not: null } } })) > 0;
  }

  async noteBlind(reason: BlindReason): Promise<void> {
    await this.database.prisma.$executeRaw`
      INSERT INTO sweep_mark (next_at, blind_at, blind_reason) VALUES (clock_timestamp(), clock_timestamp(), ${reason})
      ON CONFLICT (id) DO UPDATE SET blind_at = excluded.blind_at, blind_reason = excluded.blind_reason`;
  }

  /** What the watch and the health page tell. `withinMs`: how long a finding and a blindness count as current. */
  async state(withinMs: number): Promise<SweepState> {
    const [state] = await this.database.prisma.$queryRaw<SweepState[]>`
      SELECT mark.completed_at AS "completedAt", mark.swept_until AS "sweptUntil",
        (extract(epoch FROM now - mark.completed_at) * 1000)::float AS "sinceCompletedMs",
        CASE WHEN mark.blind_at > now - make_interval(secs => ${withinMs / 1000}) THEN mark.blind_reason END AS "blindReason",
        (SELECT count(*) FROM sweep_chat)::int AS "pendingChats",
        found.day AS "foundLastDay", found.lately > 0 AS "hasFound"
      FROM (SELECT clock_timestamp() AS now) AS clock
      CROSS JOIN LATERAL (
        SELECT coalesce(sum((detail->>'count')::int), 0)::int AS day,
          coalesce(sum((detail->>'count')::int) FILTER (WHERE at > now - make_interval(secs => ${withinMs / 1000})), 0)::int AS lately
        FROM entry WHERE type = 'sweep.found' AND at > now - interval '1 day') AS found
      LEFT JOIN sweep_mark AS mark ON mark.id = 1`;
    if (!state) throw new Error('the database did not tell the state of the sweep');
    return state;
  }
}
