import { ApiProperty } from '@nestjs/swagger';
import { ChatView, ReasonWords } from './chat-view.js';

/** A chat in which a customer waits and nobody has answered for long: who has it, and since when. */
export class SilentChatView extends ChatView {
  @ApiProperty({ enum: ['flow', 'agent', 'human'], description: 'Who may speak in the chat, as far as we know' })
  owner!: string;

  @ApiProperty({ type: String, nullable: true })
  ownerReason!: string | null;

  @ApiProperty({ type: ReasonWords, nullable: true })
  ownerReasonText!: ReasonWords | null;

  @ApiProperty({ description: 'Since when this owner has the chat' })
  ownerSince!: Date;

  @ApiProperty({ description: 'When the first message came that nobody has answered' })
  waitingSince!: Date;

  @ApiProperty({ type: String, nullable: true, description: 'Beginning of the customer’s last message' })
  lastText!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The operator who had the chat when Botmaker was last asked' })
  operatorId!: string | null;

  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether Botmaker’s bot was muted then; null: it did not say, or was not asked' })
  isBotMuted!: boolean | null;

  @ApiProperty({ type: Date, nullable: true, description: 'When Botmaker was last asked who has the chat' })
  askedAt!: Date | null;

  @ApiProperty({ description: 'How often we have acted upon it since the customer began to wait' })
  acts!: number;

  @ApiProperty({ type: String, nullable: true, enum: ['sort', 'reopen', 'give-back'] })
  lastAct!: string | null;
}
