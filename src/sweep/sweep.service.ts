import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { BotmakerClient, type RemoteChat, type RemoteMessage } from '../botmaker/index.js';
import { Clock, Role, SweepConfig, toAppError } from '../platform/index.js';
import { SweepFinds } from './sweep-finds.store.js';
import { SweepMark } from './sweep-mark.store.js';

/** A webhook may simply be under way: a message is missed when it is still unknown after this long. */
const graceMs = 60_000;
/** How far the very first look goes back. */
const firstLookBackMs = 60 * 60 * 1000;
/** A look that keeps failing does not grow for ever: a wider range of chats costs the account money [O]. */
const longestLookBackMs = 24 * 60 * 60 * 1000;
const tickMs = 1000;
/** Each replica asks this often a round whether the round is due: when the one that looked last is gone, another notices. */
const triesPerRound = 10;

/**
 * The slow door. Botmaker drops messages when the webhook has failed too often [O]; here they are found. The cheap listing
 * of chats says when each customer wrote last; only for a chat in which that is news are its messages fetched, since that
 * call costs the account money [O]. What is found goes through the inbox like everything else, so it is told apart from what
 * came by webhook after all by the same unique key.
 */
@Injectable()
export class Sweep {
  private readonly logger = new Logger(Sweep.name);
  private nextTryAt = 0;
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly config: SweepConfig,
    private readonly clock: Clock,
    private readonly botmaker: BotmakerClient,
    private readonly mark: SweepMark,
    private readonly finds: SweepFinds,
  ) {}

  @Interval(tickMs)
  async tick(): Promise<void> {
    if (!this.role.works || this.config.everyMs === 0 || this.isLooking || performance.now() < this.nextTryAt) return;
    this.isLooking = true;
    try {
      this.nextTryAt = performance.now() + this.config.everyMs / triesPerRound;
      if (await this.mark.claim(this.config.everyMs)) await this.sweep();
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code }, 'the sweep could not look');
    } finally {
      this.isLooking = false;
    }
  }

  /** Looks once, from where the last look ended. Returns how many messages the webhook had missed. */
  async sweep(): Promise<number> {
    const startedAt = this.clock.now();
    const from = later((await this.mark.sweptUntil()) ?? before(startedAt, firstLookBackMs), before(startedAt, longestLookBackMs));
    let found = 0;
    let isComplete = true;
    for await (const chat of this.botmaker.chatsSince(from)) {
      const missed = await this.lookInto(chat, from, startedAt).catch((error: unknown) => this.postpone(error));
      if (missed === null) isComplete = false;
      found += missed ?? 0;
    }
    if (isComplete) await this.mark.move(before(startedAt, 2 * graceMs));
    return found;
  }

  /** One chat that can't be read must not hide the others; the next look begins where this one did. */
  private postpone(error: unknown): null {
    this.logger.warn({ err: error, code: toAppError(error).code }, 'the sweep could not look into a chat: it looks again next time');
    return null;
  }

  private async lookInto(chat: RemoteChat, since: Date, now: Date): Promise<number> {
    const { lastUserMessageAt, address } = chat;
    if (!lastUserMessageAt || !address.chatId || now.getTime() - lastUserMessageAt.getTime() < graceMs) return 0;
    const known = await this.finds.lastKnown(address.chatId);
    if (known && known >= lastUserMessageAt) return 0;
    // From the start of the look even when a later message is known: one that was lost before it is found on the way.
    const from = earlier(since, known ?? before(now, firstLookBackMs));
    const missed: RemoteMessage[] = [];
    for await (const message of this.botmaker.messagesOf(address, from)) if (message.from === 'user') missed.push(message);
    return this.finds.store(chat, missed);
  }
}

const before = (at: Date, ms: number): Date => new Date(at.getTime() - ms);
const earlier = (one: Date, other: Date): Date => (one < other ? one : other);
const later = (one: Date, other: Date): Date => (one > other ? one : other);
