import { ApiProperty } from '@nestjs/swagger';
import { ReasonWords } from './chat-view.js';

/** One line of the correlation log, with the text it points at and the chat it speaks of. */
export class EntryView {
  @ApiProperty({ description: 'Grows with time; a decimal number as a string', example: '184467' })
  id!: string;

  @ApiProperty({ description: 'When it was written, by the database’s clock' })
  at!: Date;

  @ApiProperty({ example: 'turn.decided' })
  type!: string;

  @ApiProperty({ type: String, nullable: true, example: 'owned-by-human' })
  reason!: string | null;

  @ApiProperty({ type: ReasonWords, nullable: true })
  reasonText!: ReasonWords | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid' })
  chatId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  botmakerChatId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  channelId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  contactId!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'The turn; the same id travels to Botmaker in `webhookPayload`' })
  runId!: string | null;

  @ApiProperty({ type: String, nullable: true })
  eventId!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid' })
  messageId!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'uuid', description: 'Joins entries to log lines and HTTP answers' })
  correlationId!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Text of the event or message that the entry points at' })
  text!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Codes and counts; its keys depend on `type`' })
  detail!: unknown;
}
