import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AppError, ConversationConfig } from '../../platform/index.js';
import { SameOriginGuard } from '../same-origin.guard.js';
import { BotmakerTwin } from '../twin/index.js';
import { TextInput } from './inputs.js';
import { operator } from './operator.js';

/** What an operator, the flow and the clock do with a chat. `chatId` is Botmaker's. */
@Controller('sandbox/api/chats/:chatId')
@ApiExcludeController()
@UseGuards(SameOriginGuard)
export class ChatsController {
  constructor(
    private readonly twin: BotmakerTwin,
    private readonly config: ConversationConfig,
  ) {}

  @Post('take')
  @HttpCode(204)
  take(@Param('chatId') chatId: string): void {
    this.twin.operatorTakes(this.known(chatId), operator);
  }

  @Post('operator-messages')
  @HttpCode(204)
  write(@Param('chatId') chatId: string, @Body() { text }: TextInput): void {
    this.twin.operatorWrites(this.known(chatId), text, operator);
  }

  @Post('release')
  @HttpCode(204)
  release(@Param('chatId') chatId: string): void {
    this.twin.operatorReleases(this.known(chatId));
  }

  @Post('return-to-flow')
  @HttpCode(204)
  returnToFlow(@Param('chatId') chatId: string): void {
    const { returnIntent } = this.config;
    if (returnIntent === null) throw new AppError('conflict', 'sandbox.no-return-intent', 'RETURN_INTENT is not set: nothing leads back to the flow');
    this.twin.triggerIntent(this.known(chatId), returnIntent);
  }

  @Post('close-window')
  @HttpCode(204)
  closeWindow(@Param('chatId') chatId: string): void {
    this.twin.closeWindow(this.known(chatId));
  }

  @Post('expire-mute')
  @HttpCode(204)
  expireMute(@Param('chatId') chatId: string): void {
    this.twin.expireMute(this.known(chatId));
  }

  private known(chatId: string): string {
    const chat = this.twin.chat(chatId);
    if (!chat) throw new AppError('not-found', 'sandbox.unknown-chat', 'there is no such chat');
    return chat.chatId;
  }
}
