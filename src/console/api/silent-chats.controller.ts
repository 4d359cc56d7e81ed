import { Controller, Get, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { SilentChatsReadModel } from '../../correlation/index.js';
import { RequiresRole } from '../access/api-key.guard.js';
import { CheckedInput } from './checked-input.js';
import { SilentChatsQuery } from './queries.js';
import { ErrorBody, SilentChatList } from './responses.js';

@ApiTags('Conversations')
@ApiDefaultResponse({ type: ErrorBody })
@Controller('api/v1/silent-chats')
@RequiresRole('analyst')
@CheckedInput()
export class SilentChatsController {
  constructor(private readonly silentChats: SilentChatsReadModel) {}

  @Get()
  @ApiOperation({ summary: 'Chats in which a customer waits and nobody has answered, who waits longest first' })
  @ApiOkResponse({ type: SilentChatList })
  async list(@Query() { limit }: SilentChatsQuery): Promise<SilentChatList> {
    return { items: await this.silentChats.list(limit) };
  }
}
