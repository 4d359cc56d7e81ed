import { Controller, Get, Logger, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import type { CallerRequest } from '../access/access.js';
import { RequiresRole } from '../access/api-key.guard.js';
import { CheckedInput } from './checked-input.js';
import { EntryExport } from './entry-export.service.js';
import { EntriesFilterQuery } from './queries.js';
import { ErrorBody } from './responses.js';

@ApiTags('Correlation log')
@ApiDefaultResponse({ type: ErrorBody })
@Controller('api/v1/export')
@RequiresRole('analyst')
@CheckedInput()
export class ExportController {
  private readonly logger = new Logger(ExportController.name);

  constructor(private readonly entryExport: EntryExport) {}

  @Get('entries.csv')
  @ApiOperation({ summary: 'Entries as CSV, oldest first', description: 'UTF-8 with byte order mark, RFC 4180. An apostrophe stands before a cell that a spreadsheet would calculate.' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async csv(@Query() filter: EntriesFilterQuery, @Req() request: CallerRequest): Promise<StreamableFile> {
    return this.file(await this.entryExport.csv(filter), 'csv', 'text/csv; charset=utf-8', filter, request);
  }

  @Get('entries.ndjson')
  @ApiOperation({ summary: 'Entries as one JSON object a line, oldest first' })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ schema: { type: 'string' } })
  async ndjson(@Query() filter: EntriesFilterQuery, @Req() request: CallerRequest): Promise<StreamableFile> {
    return this.file(await this.entryExport.ndjson(filter), 'ndjson', 'application/x-ndjson; charset=utf-8', filter, request);
  }

  /** Who took which data out is written down: the filters by name only, their values may be a phone number. */
  private file(pages: AsyncGenerator<string>, format: string, type: string, filter: EntriesFilterQuery, { caller }: CallerRequest): StreamableFile {
    const filters = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    this.logger.log({ keyId: caller?.keyId, role: caller?.role, format, filters }, 'entries exported');
    return new StreamableFile(Readable.from(pages), { type, disposition: `attachment; filename="entries.${format}"` });
  }
}
