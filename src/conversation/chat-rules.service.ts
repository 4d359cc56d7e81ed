import { Injectable } from '@nestjs/common';
import { Channels, type ChannelRules, type Tx } from '../platform/index.js';

/** The rules of the line that a chat is on: the customer is answered where he wrote, and by its rules. */
@Injectable()
export class ChatRules {
  constructor(private readonly channels: Channels) {}

  async of(reads: Pick<Tx, 'chat'>, chatId: string): Promise<ChannelRules> {
    const chat = await reads.chat.findUnique({ where: { id: chatId }, select: { channelId: true } });
    return this.channels.of({ channelId: chat?.channelId ?? null });
  }
}
