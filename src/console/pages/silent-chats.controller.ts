import { Controller, Get, Header, Query, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SilentChatsReadModel } from '../../correlation/index.js';
import { AppError } from '../../platform/index.js';
import type { CallerRequest } from '../access/access.js';
import { RequiresSession } from '../access/session.guard.js';
import { CheckedInput } from '../api/checked-input.js';
import { SilentChatsQuery } from '../api/queries.js';
import { ConsolePageFilter } from './console-page.filter.js';
import { silentChatsPage } from './silent-chats.page.js';
import { Stylesheet } from './stylesheet.service.js';

@ApiExcludeController()
@Controller('console/silent-chats')
@RequiresSession('analyst')
@UseFilters(ConsolePageFilter)
@CheckedInput()
export class SilentChatsPageController {
  constructor(
    private readonly silentChats: SilentChatsReadModel,
    private readonly stylesheet: Stylesheet,
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  async list(@Query() { limit }: SilentChatsQuery, @Req() { caller }: CallerRequest): Promise<string> {
    if (!caller) throw new AppError('unauthenticated', 'console.signed-out', 'sign in at /console/login');
    return silentChatsPage({ stylesheet: this.stylesheet.href, caller }, await this.silentChats.list(limit), new Date());
  }
}
