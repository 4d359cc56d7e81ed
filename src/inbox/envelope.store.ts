import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/index.js';
import { readEnvelopes } from './inbox.jobs.js';
import type { Door, NewEnvelope, ReceivedEnvelope } from './received-envelope.js';

/** What the sweep stores: `receivedAt` is when Botmaker said it, which may be older than now. */
export interface FoundEnvelope extends NewEnvelope {
  receivedAt: Date;
}

export interface UnreadEnvelope {
  id: bigint;
  door: Door;
  body: Uint8Array;
  correlationId: string;
  /** Null: the sweep's. */
  deliveryKey: string | null;
  receivedAt: Date;
}

/**
 * Wakes the reader, in the statement that stores the bodies. `add_job` costs more than the insert. While a job waits that can
 * run at once, it is only held in place: the share lock keeps workers from taking it before this commit, so it will see these
 * bodies, too; the notification has them look again after it. A job that was taken, is being taken, or rests after a failure
 * doesn't count, and then `add_job` makes or mends one; it makes none when it had to wait for the worker that was taking the
 * old one, so it is asked twice.
 */
const wakeReader = `SELECT CASE WHEN EXISTS (
    SELECT FROM graphile_worker._private_jobs WHERE key = $2 AND is_available AND run_at <= now() FOR SHARE SKIP LOCKED
  )
  THEN pg_notify('jobs:insert', '{"r":0,"count":1}')::text
  ELSE coalesce(
    (graphile_worker.add_job($1, $3::json, job_key := $2)).id,
    (graphile_worker.add_job($1, $3::json, job_key := $2)).id
  )::text END`;

/**
 * The raw bodies, stored before anybody tries to understand them: one statement, one round trip, one commit for all that
 * arrived together. The bodies travel as one binary parameter with their offsets, because a `bytea[]` parameter would be
 * written as hexadecimal text.
 */
@Injectable()
export class EnvelopeStore {
  constructor(private readonly database: Database) {}

  /** Commits bodies that have just arrived. */
  async insert(envelopes: readonly ReceivedEnvelope[]): Promise<void> {
    await this.database.ingest.query({
      name: 'accept-envelopes',
      text: `WITH stored AS (
               INSERT INTO envelope (door, body, correlation_id, delivery_key)
               SELECT part.door, substring($4::bytea FROM part.start FOR part.size), part.correlation_id, part.delivery_key
               FROM unnest($5::text[], $6::int[], $7::int[], $8::uuid[], $9::uuid[]) AS part (door, start, size, correlation_id, delivery_key)
             )
             ${wakeReader}`,
      values: parametersOf(envelopes),
    });
  }

  /**
   * Commits bodies that arrived some time ago. Those that are stored already are left as they are; one that is just being
   * committed is waited for. Their time of arrival is as long ago by the database's clock as it is by ours, because the two
   * clocks may differ.
   */
  async insertLate(envelopes: readonly ReceivedEnvelope[]): Promise<void> {
    const now = Date.now();
    await this.database.ingest.query({
      name: 'accept-late-envelopes',
      text: `WITH stored AS (
               INSERT INTO envelope (door, body, correlation_id, delivery_key, received_at)
               SELECT part.door, substring($4::bytea FROM part.start FOR part.size), part.correlation_id, part.delivery_key, clock_timestamp() - make_interval(secs => part.age)
               FROM unnest($5::text[], $6::int[], $7::int[], $8::uuid[], $9::uuid[], $10::float8[]) AS part (door, start, size, correlation_id, delivery_key, age)
               ON CONFLICT (delivery_key) DO NOTHING
             )
             ${wakeReader}`,
      values: [...parametersOf(envelopes), envelopes.map(({ receivedAt }) => Math.max(0, now - receivedAt) / 1000)],
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

function parametersOf(envelopes: readonly ReceivedEnvelope[]): unknown[] {
  const offsets: number[] = [];
  const lengths: number[] = [];
  let offset = 1;
  for (const { body } of envelopes) {
    offsets.push(offset);
    lengths.push(body.length);
    offset += body.length;
  }
  return [
    readEnvelopes.name,
    `${readEnvelopes.name}:`,
    JSON.stringify({ correlationId: envelopes[0]?.correlationId }),
    Buffer.concat(envelopes.map(({ body }) => body)),
    envelopes.map(({ door }) => door),
    offsets,
    lengths,
    envelopes.map(({ correlationId }) => correlationId),
    envelopes.map(({ deliveryKey }) => deliveryKey),
  ];
}
