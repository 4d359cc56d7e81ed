import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID, MinLength } from 'class-validator';
import { IsPlainText, OptionalMoment, OptionalRunId, OptionalText, PageLimit } from './query-rules.js';

const cursorNote = 'The `nextCursor` of the page before';

class Period {
  @ApiPropertyOptional({ type: String, example: '2026-03-01', description: 'From this moment on: a date (midnight UTC) or a date-time with its zone' })
  @OptionalMoment()
  from?: Date;

  @ApiPropertyOptional({ type: String, example: '2026-04-01T00:00:00-03:00', description: 'Before this moment' })
  @OptionalMoment()
  to?: Date;
}

/** Which chats. */
class ChatQuery extends Period {
  @ApiPropertyOptional({ description: 'Our id of the chat, or Botmaker’s' })
  @OptionalText()
  chatId?: string;

  @ApiPropertyOptional({ description: 'The customer: on WhatsApp the phone number, with or without `+`' })
  @OptionalText()
  contactId?: string;

  @ApiPropertyOptional({ description: 'The company’s line' })
  @OptionalText()
  channelId?: string;
}

/** Filters of entries, without paging: an export has no pages. */
export class EntriesFilterQuery extends ChatQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The turn' })
  @OptionalRunId()
  runId?: string;

  @ApiPropertyOptional({ example: 'turn.finished' })
  @OptionalText()
  type?: string;

  @ApiPropertyOptional({ example: 'owned-by-human' })
  @OptionalText()
  reason?: string;

  @ApiPropertyOptional({ description: 'Words of a customer’s or our own message (all of them; "quoted" for a phrase, `-word` to leave out), or a code, or words of a code' })
  @OptionalText()
  q?: string;
}

export class EntriesQuery extends EntriesFilterQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 50 })
  @PageLimit(50)
  limit = 50;

  @ApiPropertyOptional({ description: cursorNote })
  @OptionalText(500)
  cursor?: string;
}

export class TurnsQuery extends ChatQuery {
  @ApiPropertyOptional({ enum: ['queued', 'running', 'finished', 'failed', 'skipped'] })
  @OptionalText()
  @IsIn(['queued', 'running', 'finished', 'failed', 'skipped'], { message: 'state must be one of queued, running, finished, failed, skipped' })
  state?: string;

  @ApiPropertyOptional({ example: 'answered' })
  @OptionalText()
  outcome?: string;

  @ApiPropertyOptional()
  @OptionalText()
  reason?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 50 })
  @PageLimit(50)
  limit = 50;

  @ApiPropertyOptional({ description: cursorNote })
  @OptionalText(500)
  cursor?: string;
}

export class ConversationsQuery extends Period {
  @ApiPropertyOptional({ description: 'The customer: on WhatsApp the phone number, with or without `+`' })
  @OptionalText()
  contactId?: string;

  @ApiPropertyOptional({ description: 'The company’s line' })
  @OptionalText()
  channelId?: string;

  @ApiPropertyOptional({ enum: ['flow', 'agent', 'human'], description: 'Who may speak in the chat now' })
  @OptionalText()
  @IsIn(['flow', 'agent', 'human'], { message: 'owner must be one of flow, agent, human' })
  owner?: string;

  @ApiPropertyOptional({ description: 'Words of a message or of the customer’s name, or a whole contact id or Botmaker chat id' })
  @OptionalText()
  q?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 50 })
  @PageLimit(50)
  limit = 50;

  @ApiPropertyOptional({ description: cursorNote })
  @OptionalText(500)
  cursor?: string;
}

export class SilentChatsQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 200 })
  @PageLimit(200)
  limit = 200;
}

export class TimelineQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 500, default: 200 })
  @PageLimit(200)
  limit = 200;

  @ApiPropertyOptional({ description: 'The `nextCursor` of the page before: goes further back' })
  @OptionalText(500)
  cursor?: string;
}

/** The id in `/conversations/{id}`. */
export class ConversationParams {
  @MinLength(1)
  @IsPlainText(200)
  id = '';
}

/** The id in `/turns/{runId}`. */
export class RunParams {
  @IsUUID('all', { message: 'runId must be a UUID' })
  runId = '';
}
