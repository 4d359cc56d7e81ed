import { ApiProperty } from '@nestjs/swagger';
import { ChatView, ReasonWords } from './chat-view.js';
import { EntryView } from './entry-view.js';
import { EventView } from './event-view.js';
import { MessageView } from './message-view.js';
import { TurnView } from './turn-view.js';

/** The last turn of a chat, in short. */
export class LastTurnView {
  @ApiProperty({ format: 'uuid' })
  runId!: string;

  @ApiProperty({ enum: ['queued', 'running', 'finished', 'failed', 'skipped'] })
  state!: string;

  @ApiProperty({ type: String, nullable: true })
  outcome!: string | null;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: ReasonWords, nullable: true })
  reasonText!: ReasonWords | null;
}

/** A chat, who may speak in it, and where it stands. */
export class ConversationView extends ChatView {
  @ApiProperty({ enum: ['flow', 'agent', 'human'] })
  owner!: string;

  @ApiProperty({ type: String, nullable: true })
  ownerReason!: string | null;

  @ApiProperty({ type: Date, nullable: true })
  ownerSince!: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  lastCustomerAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  lastOperatorAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, description: 'End of the 24-hour window; null when no customer message opened it' })
  windowClosesAt!: Date | null;

  @ApiProperty()
  lastActivityAt!: Date;

  @ApiProperty({ type: String, nullable: true, enum: ['customer', 'flow', 'operator', 'agent'] })
  lastAuthor!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Beginning of the last message, whoever wrote it' })
  lastText!: string | null;

  @ApiProperty({ type: LastTurnView, nullable: true })
  lastTurn!: LastTurnView | null;
}

export const timelineKinds = ['event', 'turn', 'message', 'entry'] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** One thing that happened in a chat. Exactly the field named by `kind` is set. */
export class TimelineItem {
  @ApiProperty({ enum: timelineKinds })
  kind!: TimelineKind;

  @ApiProperty({ description: 'Events by Botmaker’s clock, everything else by ours' })
  at!: Date;

  @ApiProperty({ type: EventView, required: false })
  event?: EventView;

  @ApiProperty({ type: TurnView, required: false })
  turn?: TurnView;

  @ApiProperty({ type: MessageView, required: false })
  message?: MessageView;

  @ApiProperty({ type: EntryView, required: false })
  entry?: EntryView;
}
