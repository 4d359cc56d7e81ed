import { Prisma } from '../../generated/prisma/client.js';
import type { Job } from './job.js';

/** Who has taken a job for longer may have died with it. */
const taken = Prisma.sql`interval '5 seconds'`;

/**
 * For look-outs, which find what is overdue because nobody was told of it, or because its worker died. Work whose job waits to
 * be taken, or was taken when the work was due already, is only late: a second job would be done beside the first, and make
 * what is late later. `key` as `job` makes it of a payload; both arguments are expressions of the query around it.
 *
 * Reads a private table of the queue's, as envelope.store.ts does: the version is pinned.
 */
export const hasJob = ({ name }: Pick<Job, 'name'>, key: Prisma.Sql, dueAt: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM graphile_worker._private_jobs AS job
  WHERE job.key = ${`${name}:`} || ${key} AND (job.is_available AND job.run_at <= clock_timestamp() OR job.locked_at > greatest(${dueAt}, clock_timestamp() - ${taken})))`;
