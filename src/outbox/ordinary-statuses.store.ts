import { Injectable } from '@nestjs/common';
import type { StatusEvent } from '../botmaker/index.js';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { Metrics, type Tx } from '../platform/index.js';
import { Confirmations, type Followed } from './confirmation.service.js';
import { messageIdIn, statesBefore, type MessageState } from './message.js';

/** A status, and where and when it was told. */
export interface ToldStatus {
  event: StatusEvent;
  chatId: string | null;
  at: Date;
}

/**
 * Nearly all statuses move a message forward that is known by its id and that nobody doubts. Those of a whole batch are written
 * with three statements, where each alone takes as many. A message of which anything else is told is followed alone, with all
 * that is told of it.
 */
@Injectable()
export class OrdinaryStatuses {
  constructor(
    private readonly confirmations: Confirmations,
    private readonly log: CorrelationLog,
    private readonly metrics: Metrics,
  ) {}

  /** Returns those that are to be followed alone, in their order. */
  async advance(tx: Tx, told: readonly ToldStatus[]): Promise<ToldStatus[]> {
    const messages = await this.lock(tx, told.map(({ event }) => event));
    const delicate = new Set(told.flatMap(({ event }) => {
      const message = messages.of(event);
      return message && !isOrdinary(event, message) ? [message.id] : [];
    }));
    const [left, moved, entries]: [ToldStatus[], Map<string, MessageState>, NewEntry[]] = [[], new Map(), []];
    for (const status of told) {
      const message = messages.of(status.event);
      if (!message || delicate.has(message.id)) left.push(status);
      else this.move(message, status.event.status, moved, entries);
    }
    await this.save(tx, moved);
    await this.log.append(tx, ...entries);
    return left;
  }

  private move({ id, runId, chatId, correlationId, state }: Followed, status: StatusEvent['status'], moved: Map<string, MessageState>, entries: NewEntry[]): void {
    if (status === 'failed' || !statesBefore(status).includes(moved.get(id) ?? state)) return;
    moved.set(id, status);
    this.metrics.messages.inc({ state: status });
    entries.push({ type: `message.${status}`, messageId: id, runId, chatId, correlationId, detail: {} });
  }

  private async lock(tx: Tx, events: readonly StatusEvent[]): Promise<{ of: (event: StatusEvent) => Followed | undefined }> {
    const rows = await this.confirmations.lockAll(tx, events.flatMap(({ webhookPayload }) => messageIdIn(webhookPayload) ?? []), events.flatMap(({ remoteId }) => remoteId ?? []));
    const byId = new Map(rows.map((row) => [row.id, row]));
    const byRemote = new Map(rows.map((row) => [row.remoteId, row]));
    return {
      of: ({ webhookPayload, remoteId }) => {
        const id = messageIdIn(webhookPayload);
        return id === null ? byRemote.get(remoteId ?? '') : byId.get(id);
      },
    };
  }

  private async save(tx: Tx, moved: ReadonlyMap<string, MessageState>): Promise<void> {
    if (moved.size === 0) return;
    await tx.$executeRaw`
      UPDATE message SET state = told.state, reason = NULL, lease_until = NULL, doubt_until = NULL, updated_at = clock_timestamp()
      FROM unnest(${[...moved.keys()]}::uuid[], ${[...moved.values()]}::text[]) AS told (id, state) WHERE message.id = told.id`;
  }
}

const isOrdinary = ({ status, remoteId }: StatusEvent, message: Followed): boolean => status !== 'failed' && !message.isInDoubt && message.refusedRemoteId === null && (remoteId === null || remoteId === message.remoteId);
