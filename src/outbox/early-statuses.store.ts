import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/index.js';
import { messageIdIn } from './message.js';
import type { ToldStatus } from './ordinary-statuses.store.js';

/**
 * Statuses that come before the id of their message is known. Most of them are none: what the flow says has statuses, too, and
 * they are told like ours and never find a message. They are kept for a while (forget-early-statuses.job.ts).
 */
@Injectable()
export class EarlyStatuses {
  /** Keeps those that no message of ours can be meant by, with two statements. Returns the others, in their order. */
  async keep(tx: Tx, told: readonly ToldStatus[]): Promise<ToldStatus[]> {
    if (told.length === 0) return [];
    const strange = await this.strange(tx, told);
    // One that is followed may tell whose id it is that another carries.
    const followed = new Set(told.flatMap((status) => (strange.has(status) ? [] : (status.event.remoteId ?? []))));
    const kept = told.filter((status) => strange.has(status) && !followed.has(status.event.remoteId ?? ''));
    await this.save(tx, kept);
    return told.filter((status) => !kept.includes(status));
  }

  private async strange(tx: Tx, told: readonly ToldStatus[]): Promise<ReadonlySet<ToldStatus>> {
    const rows = await tx.$queryRaw<{ position: bigint }[]>`
      SELECT told.position FROM unnest(${told.map(({ event }) => messageIdIn(event.webhookPayload))}::uuid[], ${told.map(({ event }) => event.remoteId)}::text[], ${told.map(({ event }) => event.txId)}::text[])
        WITH ORDINALITY AS told (id, remote_id, tx_id, position)
      WHERE NOT EXISTS (SELECT FROM message WHERE message.id = told.id) AND NOT EXISTS (SELECT FROM message WHERE message.remote_id = told.remote_id)
        AND NOT EXISTS (SELECT FROM message WHERE message.notification_id = told.remote_id) AND NOT EXISTS (SELECT FROM message WHERE message.notification_id = told.tx_id)`;
    return new Set(rows.flatMap(({ position }) => told[Number(position) - 1] ?? []));
  }

  async save(tx: Tx, kept: readonly ToldStatus[]): Promise<void> {
    const rows = kept.flatMap(({ event: { remoteId, status, txId, error }, at }) => (remoteId === null ? [] : [{ remoteId, status, txId, code: error?.code ?? null, occurredAt: at }]));
    if (rows.length > 0) await tx.earlyStatus.createMany({ data: rows, skipDuplicates: true });
  }
}
