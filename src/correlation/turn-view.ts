import { ApiProperty } from '@nestjs/swagger';
import type { Turn } from '../generated/prisma/client.js';
import { ChatView, ReasonWords, reasonWords } from './chat-view.js';
import { EntryView } from './entry-view.js';
import { EventView } from './event-view.js';
import { DeliveryView, MessageView } from './message-view.js';

/** One reading of the mail and one decision. */
export class TurnView {
  @ApiProperty({ format: 'uuid' })
  runId!: string;

  @ApiProperty({ format: 'uuid' })
  chatId!: string;

  @ApiProperty({ enum: ['queued', 'running', 'finished', 'failed', 'skipped'] })
  state!: string;

  @ApiProperty({ type: String, nullable: true, example: 'answered' })
  outcome!: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: ReasonWords, nullable: true, description: 'The reason in words, or the outcome when there is no reason' })
  reasonText!: ReasonWords | null;

  @ApiProperty({ format: 'uuid' })
  correlationId!: string;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ description: 'First customer message that it answers' })
  firstMailAt!: Date;

  @ApiProperty({ description: 'End of the wait for more messages' })
  startsAt!: Date;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true })
  startedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  finishedAt!: Date | null;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: 'What the agent proposed' })
  decision!: unknown;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: 'Tokens and time spent' })
  usage!: unknown;
}

/** Everything known of one run, each list oldest first. */
export class TurnStory {
  @ApiProperty()
  turn!: TurnView;

  @ApiProperty()
  chat!: ChatView;

  @ApiProperty({ type: [EventView], description: 'What the turn read' })
  events!: EventView[];

  @ApiProperty({ type: [MessageView] })
  messages!: MessageView[];

  @ApiProperty({ type: [DeliveryView] })
  deliveries!: DeliveryView[];

  @ApiProperty({ type: [EntryView] })
  entries!: EntryView[];
}

export function turnView(row: Turn): TurnView {
  return {
    runId: row.runId,
    chatId: row.chatId,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
    reasonText: reasonWords(row.reason ?? row.outcome),
    correlationId: row.correlationId,
    attempts: row.attempts,
    firstMailAt: row.firstMailAt,
    startsAt: row.startsAt,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    decision: row.decision,
    usage: row.usage,
  };
}
