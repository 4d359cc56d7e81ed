import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { TurnsReadModel, TurnStory } from '../../correlation/index.js';
import { AppError } from '../../platform/index.js';
import { RequiresRole } from '../access/api-key.guard.js';
import { CheckedInput } from './checked-input.js';
import { turnCursor } from './cursor.js';
import { RunParams, TurnsQuery } from './queries.js';
import { ErrorBody, TurnsPage } from './responses.js';

@ApiTags('Turns')
@ApiDefaultResponse({ type: ErrorBody })
@Controller('api/v1/turns')
@RequiresRole('analyst')
@CheckedInput()
export class TurnsController {
  constructor(private readonly turns: TurnsReadModel) {}

  @Get()
  @ApiOperation({ summary: 'Turns, newest first' })
  @ApiOkResponse({ type: TurnsPage })
  async list(@Query() { cursor, limit, ...filter }: TurnsQuery): Promise<TurnsPage> {
    const { items, next } = await this.turns.page(filter, limit, turnCursor.read(cursor));
    return { items, nextCursor: next === null ? null : turnCursor.write(next) };
  }

  @Get(':runId')
  @ApiOperation({ summary: 'The whole story of one run' })
  @ApiParam({ name: 'runId', format: 'uuid' })
  @ApiOkResponse({ type: TurnStory })
  async story(@Param() { runId }: RunParams): Promise<TurnStory> {
    const story = await this.turns.story(runId);
    if (!story) throw new AppError('not-found', 'console.run-unknown', 'there is no turn with this runId');
    return story;
  }
}
