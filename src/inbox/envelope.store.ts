import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/index.js';
import { BatchWriter } from './batch-writer.js';
import { readEnvelopes } from './inbox.jobs.js';

/** Which way a body came in. */
export type Door = 'webhook' | 'code-action' | 'sweep';

export interface NewEnvelope {
  door: Door;
  body: Buffer;
  correlationId: string;
}

/** What the sweep stores: `receivedAt` is when Botmaker said it, which may be older than now. */
export interface FoundEnvelope extends NewEnvelope {
  receivedAt: Date;
}

export interface UnreadEnvelope {
  id: bigint;
  door: Door;
  body: Uint8Array;
  correlationId: string;
  receivedAt: Date;
}

const maxBatch = 500;
/** A batch is one parameter of one statement: five hundred bodies of a megabyte each would be too much for both sides. */
const maxBatchBytes = 8 * 1024 * 1024;

/**
 * The raw bodies, stored before they are acknowledged and before anybody tries to understand them.
 *
 * Hot path: one statement, one round trip, one commit for all requests that arrived together. The bodies travel as one
 * binary parameter with their offsets, because a `bytea[]` parameter would be written as hexadecimal text. The job that
 * reads them is enqueued by the same statement, so a stored body can't be forgotten.
 *
 * `add_job` costs more than the insert. While a job waits that can run at once, it is only held in place: the share lock keeps
 * workers from taking it before this commit, so it will see these bodies, too; the notification has them look again after
 * it. A job that was taken, is being taken, or rests after a failure doesn't count, and then `add_job` makes or mends one;
 * it makes none when it had to wait for the worker that was taking the old one, so it is asked twice.
 */
@Injectable()
export class EnvelopeStore {
  private readonly writer: BatchWriter<NewEnvelope>;

  constructor(private readonly database: Database) {
    this.writer = new BatchWriter((envelopes) => this.insert(envelopes), maxBatch, maxBatchBytes, ({ body }) => body.length);
  }

  /** Resolves once the body is committed. */
  accept(envelope: NewEnvelope): Promise<void> {
    return this.writer.add(envelope);
  }

  private async insert(envelopes: NewEnvelope[]): Promise<void> {
    const offsets: number[] = [];
    const lengths: number[] = [];
    let offset = 1;
    for (const { body } of envelopes) {
      offsets.push(offset);
      lengths.push(body.length);
      offset += body.length;
    }
    await this.database.ingest.query({
      name: 'accept-envelopes',
      text: `WITH stored AS (
               INSERT INTO envelope (door, body, correlation_id)
               SELECT part.door, substring($1::bytea FROM part.start FOR part.size), part.correlation_id
               FROM unnest($2::text[], $3::int[], $4::int[], $5::uuid[]) AS part (door, start, size, correlation_id)
             )
             SELECT CASE WHEN EXISTS (
                 SELECT FROM graphile_worker._private_jobs WHERE key = $7 AND is_available AND run_at <= now() FOR SHARE SKIP LOCKED
               )
               THEN pg_notify('jobs:insert', '{"r":0,"count":1}')::text
               ELSE coalesce(
                 (graphile_worker.add_job($6, $8::json, job_key := $7)).id,
                 (graphile_worker.add_job($6, $8::json, job_key := $7)).id
               )::text END`,
      values: [
        Buffer.concat(envelopes.map(({ body }) => body)),
        envelopes.map(({ door }) => door),
        offsets,
        lengths,
        envelopes.map(({ correlationId }) => correlationId),
        readEnvelopes.name,
        `${readEnvelopes.name}:`,
        JSON.stringify({ correlationId: envelopes[0]?.correlationId }),
      ],
    });
  }

  /** Stores a body inside a transaction of the caller's (the sweep's finds). */
  async acceptIn(tx: Tx, envelope: FoundEnvelope): Promise<void> {
    await tx.envelope.create({ data: { ...envelope, body: new Uint8Array(envelope.body) } });
  }

  /** The oldest unread bodies; the lock makes the reader the only one, so events are filed in the order of arrival. */
  async lockUnread(tx: Tx, limit: number): Promise<UnreadEnvelope[]> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('read envelopes'))`;
    const rows = await tx.envelope.findMany({ where: { readAt: null }, orderBy: { id: 'asc' }, take: limit });
    return rows.map((row) => ({ ...row, door: row.door as Door }));
  }

  async markRead(tx: Tx, ids: bigint[]): Promise<void> {
    await tx.$executeRaw`UPDATE envelope SET read_at = clock_timestamp() WHERE id = ANY(${ids})`;
  }
}
