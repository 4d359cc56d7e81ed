import { Injectable, Logger } from '@nestjs/common';
import { BotmakerClient, type RemoteMessage } from '../botmaker/index.js';
import { Database, Drain, toAppError } from '../platform/index.js';
import { SweepChatStore, type ClaimedChat } from './sweep-chat.store.js';
import { SweepFinds } from './sweep-finds.store.js';
import { SweepMark } from './sweep-mark.store.js';

/** With growing pauses this is a quarter of an hour: a listing of messages that lags behind that of chats has caught up. */
const mostAttempts = 6;

/** Fetches the messages of the chats that are to be looked into, one chat at a time, and puts the missing ones into the inbox. */
@Injectable()
export class ChatLook {
  private readonly logger = new Logger(ChatLook.name);

  constructor(
    private readonly database: Database,
    private readonly drain: Drain,
    private readonly botmaker: BotmakerClient,
    private readonly mark: SweepMark,
    private readonly chats: SweepChatStore,
    private readonly finds: SweepFinds,
  ) {}

  /** Until no chat is due. Returns how many customer messages were missing. */
  async workOff(): Promise<number> {
    let found = 0;
    while (!this.drain.isDraining) {
      const chat = await this.chats.claim();
      if (!chat) break;
      found += await this.into(chat).catch((error: unknown) => this.later(chat, error));
    }
    return found;
  }

  /** One chat that can't be read must not hide the others. */
  private async later(chat: ClaimedChat, error: unknown): Promise<number> {
    this.logger.warn({ err: error, code: toAppError(error).code }, 'the sweep could not look into a chat: it looks again later');
    if (chat.attempts < mostAttempts) await this.chats.postpone(chat);
    else await this.giveUp(chat, 'unreadable');
    return 0;
  }

  private async into(chat: ClaimedChat): Promise<number> {
    const { askedAt, settledUntil } = await this.mark.round();
    const settled: RemoteMessage[] = [];
    let unreadable = 0;
    let newest: Date | null = null;
    for await (const message of this.botmaker.messagesOf(chat.address, chat.since, { onUnreadable: () => unreadable++ })) {
      if (message.createdAt < settledUntil) settled.push(message);
      if (message.from === 'user' && (newest === null || message.createdAt > newest)) newest = message.createdAt;
    }
    const missed = await this.finds.missing(settled);
    const isWhole = unreadable === 0 && (chat.isSuspected || (newest !== null && newest >= chat.lastUserMessageAt));
    const found = await this.database.inTransaction(async (tx) => {
      const count = await this.finds.store(tx, chat.address, missed, askedAt);
      if (isWhole) await this.chats.done(tx, chat);
      return count;
    });
    if (!isWhole) await this.lookAgain(chat, unreadable > 0);
    if (found > 0 && !chat.isThorough) await this.mark.suspect(chat.since);
    return found;
  }

  /** The listing of chats tells of a message that the listing of messages does not show (yet), or one can't be read. */
  private async lookAgain(chat: ClaimedChat, isUnreadable: boolean): Promise<void> {
    if (isUnreadable) await this.mark.noteBlind('unreadable');
    if (chat.attempts < mostAttempts) return this.chats.postpone(chat);
    await this.giveUp(chat, isUnreadable ? 'unreadable' : 'not-shown');
  }

  private async giveUp(chat: ClaimedChat, reason: 'unreadable' | 'not-shown'): Promise<void> {
    this.logger.error({ reason }, 'the sweep gave up on a chat: a message that Botmaker told of was never shown');
    await this.mark.noteBlind(reason);
    await this.database.inTransaction((tx) => this.chats.done(tx, chat));
  }
}
