import { Controller, Get, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { EntriesReadModel } from '../../correlation/index.js';
import { RequiresRole } from '../access/api-key.guard.js';
import { CheckedInput } from './checked-input.js';
import { entryCursor } from './cursor.js';
import { EntriesQuery } from './queries.js';
import { EntriesPage, ErrorBody } from './responses.js';

@ApiTags('Correlation log')
@ApiDefaultResponse({ type: ErrorBody })
@Controller('api/v1/entries')
@RequiresRole('analyst')
@CheckedInput()
export class EntriesController {
  constructor(private readonly entries: EntriesReadModel) {}

  @Get()
  @ApiOperation({ summary: 'Entries of the correlation log, newest first' })
  @ApiOkResponse({ type: EntriesPage })
  async list(@Query() { cursor, limit, ...filter }: EntriesQuery): Promise<EntriesPage> {
    const { items, next } = await this.entries.page(filter, { order: 'newest-first', limit, after: entryCursor.read(cursor) });
    return { items, nextCursor: next === null ? null : entryCursor.write(next) };
  }
}
