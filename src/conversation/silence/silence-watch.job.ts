import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Drain, Metrics, OwnershipConfig, Role, toAppError } from '../../platform/index.js';
import { SilentChatStore } from './silent-chat.store.js';
import { SilentChats } from './silent-chats.service.js';

const tickMs = 1000;
/** So often within the time after which a chat counts as silent: it is listed at most this part of it late. */
const looksASilence = 10;
const longestPauseMs = 30_000;
/** How often all chats are looked at, and not only those that have just come to the age. */
const thoroughEveryMs = 600_000;
/** Each is a call to Botmaker: thousands of silent chats (an outage of the flow) must not use up what sends need. */
const mostAtOnce = 5;

/** The watch over customers who wait: finds them, counts them, has what is ours acted upon. */
@Injectable()
export class SilenceWatch {
  private readonly logger = new Logger(SilenceWatch.name);
  private nextAt = 0;
  private thoroughAt = 0;
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly config: OwnershipConfig,
    private readonly drain: Drain,
    private readonly alarms: Alarms,
    private readonly metrics: Metrics,
    private readonly store: SilentChatStore,
    private readonly chats: SilentChats,
  ) {}

  @Interval(tickMs)
  async tick(): Promise<void> {
    if (!this.role.works || this.config.silentAfterMs === 0 || this.isLooking || this.drain.isDraining || performance.now() < this.nextAt) return;
    this.isLooking = true;
    this.nextAt = performance.now() + Math.min(this.config.silentAfterMs / looksASilence, longestPauseMs);
    await this.drain.hold('the watch over silent chats', () => this.look()).catch((error: unknown) => this.logger.warn({ err: error, code: toAppError(error).code }, 'silent chats could not be looked for'));
    this.isLooking = false;
  }

  private async look(): Promise<void> {
    const isThorough = performance.now() >= this.thoroughAt;
    if (isThorough) this.thoroughAt = performance.now() + thoroughEveryMs;
    await this.store.refresh(isThorough);
    for (let acted = 0; acted < mostAtOnce && !this.drain.isDraining; acted++) if (!(await this.chats.actOnNext())) break;
    const { byOwner, ours } = await this.store.count();
    for (const [owner, count] of Object.entries(byOwner)) this.metrics.silentChats.set({ owner }, count);
    this.alarms.set('silent-chats', ours > 0, { ours });
  }
}
