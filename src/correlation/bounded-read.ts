import pg from 'pg';
import { Prisma } from '../generated/prisma/client.js';
import { AppError, type Database } from '../platform/index.js';

const queryCanceled = '57014';

/**
 * Runs one read of an analyst on the pool that has its own time limit, apart from the turns. A bare client: an export reads
 * millions of rows, and a mapper in between doubles the time and triples the memory. Mind that a bigint arrives as a string.
 * A read that is too broad is the caller's to narrow, not a failure of ours.
 */
export async function boundedRead<Row extends pg.QueryResultRow>(database: Database, { text, values }: Prisma.Sql): Promise<Row[]> {
  try {
    return (await database.reports.query<Row>(text, values)).rows;
  } catch (cause) {
    if (cause instanceof pg.DatabaseError && cause.code === queryCanceled) {
      throw new AppError('invalid', 'correlation.query-too-broad', 'the query took too long: narrow it with from, to, chatId or contactId', { cause });
    }
    // The pool has no code of its own for "all connections are busy".
    if (cause instanceof Error && cause.message.includes('timeout exceeded when trying to connect')) {
      throw new AppError('rate-limited', 'correlation.reports-busy', 'too many queries at once: try again in a moment', { cause });
    }
    throw cause;
  }
}

/** Joins conditions with AND; none at all is TRUE. */
export function allOf(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length > 0 ? Prisma.join([...conditions], ' AND ') : Prisma.sql`TRUE`;
}
