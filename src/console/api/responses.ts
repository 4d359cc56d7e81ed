import { ApiProperty } from '@nestjs/swagger';
import { ConversationView, EntryView, SilentChatView, TimelineItem, TurnView } from '../../correlation/index.js';
import { keyRoles, type KeyRole } from '../access/key-role.js';

const nextCursorNote = { type: String, nullable: true, description: 'Ask for the next page with it; null: this was the last' };

export class EntriesPage {
  @ApiProperty({ type: [EntryView] })
  items!: EntryView[];

  @ApiProperty(nextCursorNote)
  nextCursor!: string | null;
}

export class TurnsPage {
  @ApiProperty({ type: [TurnView] })
  items!: TurnView[];

  @ApiProperty(nextCursorNote)
  nextCursor!: string | null;
}

export class ConversationsPage {
  @ApiProperty({ type: [ConversationView] })
  items!: ConversationView[];

  @ApiProperty(nextCursorNote)
  nextCursor!: string | null;
}

export class SilentChatList {
  @ApiProperty({ type: [SilentChatView] })
  items!: SilentChatView[];
}

export class ConversationTimeline {
  @ApiProperty()
  conversation!: ConversationView;

  @ApiProperty({ type: [TimelineItem], description: 'Oldest first' })
  items!: TimelineItem[];

  @ApiProperty({ ...nextCursorNote, description: 'Goes further back; null: this is where it began' })
  nextCursor!: string | null;
}

export class ApiKeyView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: keyRoles })
  role!: KeyRole;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: Date, nullable: true, description: 'To the minute' })
  lastUsedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true })
  revokedAt!: Date | null;
}

export class ApiKeyList {
  @ApiProperty({ type: [ApiKeyView] })
  items!: ApiKeyView[];
}

export class NewApiKeyView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: keyRoles })
  role!: KeyRole;

  @ApiProperty({ example: 'bma_…', description: 'Shown this once: only its hash is stored' })
  key!: string;
}

export class RedrivenMessageView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ format: 'uuid', description: 'The turn it belongs to: `/turns/{runId}` tells how it goes on' })
  runId!: string;

  @ApiProperty({ enum: ['planned'] })
  state!: 'planned';
}

/** What every refusal looks like. */
export class ErrorBody {
  @ApiProperty({ example: 'http.invalid' })
  code!: string;

  @ApiProperty()
  message!: string;

  @ApiProperty({ required: false, type: [String], description: 'One line for each field that is wrong' })
  fields?: string[];

  @ApiProperty({ format: 'uuid', description: 'The same id stands in the log' })
  correlationId!: string;
}
