import { Prisma } from '../generated/prisma/client.js';
import { AppError, type Database } from '../platform/index.js';

/** An analyst waits this long at most. The pool is shared with the turns, which must not wait for a report. */
const limitMs = 8000;
const queryCanceled = '57014';

/** Runs one read of free shape under a time limit; one that is too broad is the caller's to narrow, not a failure of ours. */
export async function boundedRead<Row>(database: Database, query: Prisma.Sql): Promise<Row[]> {
  try {
    const [, rows] = await database.prisma.$transaction([
      // Compiling a plan takes longer than any of these reads should.
      database.prisma.$queryRaw`SELECT set_config('statement_timeout', ${String(limitMs)}, true), set_config('jit', 'off', true)`,
      database.prisma.$queryRaw<Row[]>(query),
    ]);
    return rows;
  } catch (error) {
    if (!isCanceled(error)) throw error;
    throw new AppError('invalid', 'correlation.query-too-broad', `the query took longer than ${limitMs / 1000} s: narrow it with from, to, chatId or contactId`, { cause: error });
  }
}

function isCanceled(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  return JSON.stringify(error.meta ?? {}).includes(queryCanceled) || error.message.includes(queryCanceled);
}

/** Joins conditions with AND; none at all is TRUE. */
export function allOf(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length > 0 ? Prisma.join([...conditions], ' AND ') : Prisma.sql`TRUE`;
}
