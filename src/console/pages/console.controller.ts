import { Controller, Get, Header, Param, Query, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ConversationsReadModel, EntriesReadModel, TimelineReadModel, TurnsReadModel } from '../../correlation/index.js';
import { AppError } from '../../platform/index.js';
import type { CallerRequest } from '../access/access.js';
import { RequiresSession } from '../access/session.guard.js';
import { CheckedInput } from '../api/checked-input.js';
import { conversationCursor, entryCursor, timelineCursor } from '../api/cursor.js';
import { ConversationParams, ConversationsQuery, EntriesQuery, RunParams, TimelineQuery } from '../api/queries.js';
import { ConsolePageFilter } from './console-page.filter.js';
import { conversationPage } from './conversation.page.js';
import { conversationsPage } from './conversations.page.js';
import { entriesPage } from './entries.page.js';
import { Stylesheet } from './stylesheet.service.js';
import { localMidnight } from './times.js';
import { turnPage } from './turn.page.js';

const page = 'text/html; charset=utf-8';

type Typed = Record<string, string | undefined>;

/** The pages for people. They show what the API gives, through the same read models and with the same rules for input. */
@ApiExcludeController()
@Controller('console')
@RequiresSession('analyst')
@UseFilters(ConsolePageFilter)
@CheckedInput()
export class ConsoleController {
  constructor(
    private readonly conversations: ConversationsReadModel,
    private readonly timeline: TimelineReadModel,
    private readonly turns: TurnsReadModel,
    private readonly entries: EntriesReadModel,
    private readonly stylesheet: Stylesheet,
  ) {}

  @Get()
  @Header('content-type', page)
  async list(@Query() query: ConversationsQuery, @Req() request: CallerRequest): Promise<string> {
    const { cursor, limit, ...filter } = query;
    const { items, next } = await this.conversations.page(filter, limit, conversationCursor.read(cursor));
    const { q, owner, contactId, channelId } = filter;
    const nextCursor = next === null ? null : conversationCursor.write(next);
    return conversationsPage(this.frame(request), { items, nextCursor, query: { q, owner, contactId, channelId, cursor }, now: new Date() });
  }

  @Get('conversations/:id')
  @Header('content-type', page)
  async conversation(@Param() { id }: ConversationParams, @Query() { cursor, limit }: TimelineQuery, @Req() request: CallerRequest): Promise<string> {
    const before = timelineCursor.read(cursor);
    const conversation = await this.conversations.one(id);
    if (!conversation) throw new AppError('not-found', 'console.conversation-unknown', 'there is no conversation with this id');
    const { items, next } = await this.timeline.page(conversation.id, limit, before);
    return conversationPage(this.frame(request), { conversation, items, nextCursor: next === null ? null : timelineCursor.write(next), cursor, now: new Date() });
  }

  @Get('turns/:runId')
  @Header('content-type', page)
  async turn(@Param() { runId }: RunParams, @Req() request: CallerRequest): Promise<string> {
    const story = await this.turns.story(runId);
    if (!story) throw new AppError('not-found', 'console.run-unknown', 'there is no turn with this runId');
    return turnPage(this.frame(request), story);
  }

  @Get('entries')
  @Header('content-type', page)
  async log(@Query() { cursor, limit, ...filter }: EntriesQuery, @Req() request: CallerRequest): Promise<string> {
    const typed = request.query as Typed;
    // A day that a person picks is a day where the times are shown, not a day in Greenwich.
    const period = { from: localMidnight(typed['from']) ?? filter.from, to: localMidnight(typed['to']) ?? filter.to };
    const { items, next } = await this.entries.page({ ...filter, ...period }, { order: 'newest-first', limit, after: entryCursor.read(cursor) });
    const query = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined && value.trim() !== ''));
    return entriesPage(this.frame(request), { items, nextCursor: next === null ? null : entryCursor.write(next), query });
  }

  private frame({ caller }: CallerRequest): { stylesheet: string; caller: CallerRequest['caller'] & object } {
    if (!caller) throw new AppError('unauthenticated', 'console.signed-out', 'sign in at /console/login');
    return { stylesheet: this.stylesheet.href, caller };
  }
}
