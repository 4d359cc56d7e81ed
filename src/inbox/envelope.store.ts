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

export interface UnreadEnvelope {
  id: bigint;
  door: Door;
  body: Uint8Array;
  correlationId: string;
  receivedAt: Date;
}

const maxBatch = 500;

/**
 * The raw bodies, stored before they are acknowledged and before anybody tries to understand them.
 *
 * Hot path: one statement, one round trip, one commit for all requests that arrived together. The bodies travel as one
 * binary parameter with their offsets, because a `bytea[]` parameter would be written as hexadecimal text. The job that
 * reads them is enqueued by the same statement, so a stored body can't be forgotten.
 */
@Injectable()
export class EnvelopeStore {
  private readonly writer: BatchWriter<NewEnvelope>;

  constructor(private readonly database: Database) {
    this.writer = new BatchWriter((envelopes) => this.insert(envelopes), maxBatch);
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
             SELECT graphile_worker.add_job($6, $8::json, job_key := $7)`,
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
  async acceptIn(tx: Tx, envelope: NewEnvelope): Promise<void> {
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
