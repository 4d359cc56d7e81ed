import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ConversationsReadModel, TimelineReadModel } from '../../correlation/index.js';
import { AppError } from '../../platform/index.js';
import { RequiresRole } from '../access/api-key.guard.js';
import { CheckedInput } from './checked-input.js';
import { conversationCursor, timelineCursor } from './cursor.js';
import { ConversationParams, ConversationsQuery, TimelineQuery } from './queries.js';
import { ConversationsPage, ConversationTimeline, ErrorBody } from './responses.js';

@ApiTags('Conversations')
@ApiDefaultResponse({ type: ErrorBody })
@Controller('api/v1/conversations')
@RequiresRole('analyst')
@CheckedInput()
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsReadModel,
    private readonly timeline: TimelineReadModel,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Conversations, the one with the newest activity first' })
  @ApiOkResponse({ type: ConversationsPage })
  async list(@Query() { cursor, limit, ...filter }: ConversationsQuery): Promise<ConversationsPage> {
    const { items, next } = await this.conversations.page(filter, limit, conversationCursor.read(cursor));
    return { items, nextCursor: next === null ? null : conversationCursor.write(next) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One conversation: events, turns, messages and entries merged in the order of time' })
  @ApiParam({ name: 'id', description: 'Our id of the chat, or Botmaker’s' })
  @ApiOkResponse({ type: ConversationTimeline })
  async one(@Param() { id }: ConversationParams, @Query() { cursor, limit }: TimelineQuery): Promise<ConversationTimeline> {
    const before = timelineCursor.read(cursor);
    const conversation = await this.conversations.one(id);
    if (!conversation) throw new AppError('not-found', 'console.conversation-unknown', 'there is no conversation with this id');
    const { items, next } = await this.timeline.page(conversation.id, limit, before);
    return { conversation, items, nextCursor: next === null ? null : timelineCursor.write(next) };
  }
}
