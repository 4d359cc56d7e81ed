import { ApiProperty } from '@nestjs/swagger';
import type { Event } from '../generated/prisma/client.js';
import { ReasonWords, reasonWords } from './chat-view.js';

/** One thing Botmaker told us. */
export class EventView {
  @ApiProperty({ example: '90210' })
  id!: string;

  @ApiProperty({ example: 'message', description: '`message`, `status`, `variables`, …' })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, enum: ['customer', 'flow', 'operator', 'agent'], description: '`agent` is the echo of a message of ours: see `echoOf`' })
  author!: string | null;

  @ApiProperty({ enum: ['received', 'read', 'ignored', 'quarantined'] })
  state!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was ignored, set aside or not answered' })
  reason!: string | null;

  @ApiProperty({ type: ReasonWords, nullable: true })
  reasonText!: ReasonWords | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'The turn that read it' })
  runId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Botmaker’s id of the message' })
  remoteId!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Our message that this event is the echo of' })
  echoOf!: string | null;

  @ApiProperty({ type: String, nullable: true })
  text!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The event as it was understood: media, location, selection, …' })
  content!: unknown;

  @ApiProperty({ description: 'Found by the sweep, after the webhook missed it' })
  backfill!: boolean;

  @ApiProperty({ description: 'When it happened, by Botmaker’s clock' })
  occurredAt!: Date;

  @ApiProperty()
  receivedAt!: Date;
}

export function eventView(row: Event, echoOf: string | null): EventView {
  return {
    id: row.id.toString(),
    kind: row.kind,
    author: row.author,
    state: row.state,
    reason: row.reason,
    reasonText: reasonWords(row.reason),
    runId: row.runId,
    remoteId: row.remoteId,
    echoOf,
    text: row.text,
    content: row.content,
    backfill: row.backfill,
    occurredAt: row.occurredAt,
    receivedAt: row.receivedAt,
  };
}
