import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Channels, Drain, Role, toAppError } from '../../platform/index.js';
import { InactiveChats } from './inactive-chats.service.js';

const tickMs = 500;
/** So often within the shortest silence that leads to something: it is acted upon at most this part of it late. */
const looksASilence = 10;
const longestPauseMs = 5000;
const mostAtOnce = 50;
/** Each is a call to Botmaker: thousands of customers who went quiet at once must not use up what sends need. */
const mostActs = 5;

/** The watch over the agent's chats in which nobody writes any more. */
@Injectable()
export class InactivityWatch {
  private readonly logger = new Logger(InactivityWatch.name);
  /** The shortest silence that leads to something on any line; null: none does. */
  private readonly leastMs: number | null;
  private nextAt = 0;
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly drain: Drain,
    private readonly chats: InactiveChats,
    channels: Channels,
  ) {
    const silences = channels.all().flatMap(({ returnIntent, ends: { inactivity } }) => (returnIntent === null ? [] : [inactivity.warnAfterMs, inactivity.returnAfterMs])).filter((ms) => ms !== null);
    this.leastMs = silences.length === 0 ? null : Math.min(...silences);
  }

  @Interval(tickMs)
  async tick(): Promise<void> {
    const { leastMs } = this;
    if (leastMs === null || !this.role.works || this.isLooking || this.drain.isDraining || performance.now() < this.nextAt) return;
    this.isLooking = true;
    this.nextAt = performance.now() + Math.min(leastMs / looksASilence, longestPauseMs);
    await this.drain.hold('the watch over inactive chats', () => this.look(leastMs)).catch((error: unknown) => this.logger.warn({ err: error, code: toAppError(error).code }, 'inactive chats could not be looked for'));
    this.isLooking = false;
  }

  private async look(leastMs: number): Promise<void> {
    for (let looked = 0, acted = 0; looked < mostAtOnce && acted < mostActs && !this.drain.isDraining; looked++) {
      const done = await this.chats.lookAtNext(leastMs);
      if (done === null) return;
      if (done !== 'wait') acted++;
    }
  }
}
