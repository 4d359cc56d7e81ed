import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Drain, Role, SweepConfig, toAppError } from '../platform/index.js';
import { ChatListing } from './chat-listing.service.js';
import { ChatLook } from './chat-look.service.js';
import { SweepMark } from './sweep-mark.store.js';

const tickMs = 1000;
/** Each replica asks this often a round whether the round is due: when the one that looked last is gone, another notices. */
const triesPerRound = 10;

/**
 * The slow door. Botmaker drops notifications when the webhook has failed too often [O]; here they are found.
 *
 *   listing ──a page──▶ news of a chat ──────────────────────────────▶ inbox     a hand-off set or taken back, a person took it
 *      │          └───▶ chats to look into ──one by one──▶ messages ──▶ inbox    those that are missing
 *      └──complete──▶ the mark moves
 *
 * The listing of chats is cheap and tells when each customer wrote last; messages cost the account money [O] and are fetched
 * only for chats that differ or are suspected. What is found goes through the inbox like everything else: the unique key tells
 * it apart from what came by webhook after all.
 */
@Injectable()
export class Sweep {
  private readonly logger = new Logger(Sweep.name);
  private nextTryAt = 0;
  private isListing = false;
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly config: SweepConfig,
    private readonly drain: Drain,
    private readonly mark: SweepMark,
    private readonly listing: ChatListing,
    private readonly looks: ChatLook,
  ) {}

  @Interval(tickMs)
  async list(): Promise<void> {
    if (!this.isOn || this.isListing || performance.now() < this.nextTryAt) return;
    this.isListing = true;
    this.nextTryAt = performance.now() + this.config.everyMs / triesPerRound;
    await this.quietly(async () => void ((await this.mark.claim(this.config.everyMs)) && (await this.listing.look())));
    this.isListing = false;
  }

  /** Beside the listing, because ten thousand chats take most of an hour: meanwhile others may hand over. */
  @Interval(tickMs)
  async look(): Promise<void> {
    if (!this.isOn || this.isLooking) return;
    this.isLooking = true;
    await this.quietly(async () => void (await this.looks.workOff()));
    this.isLooking = false;
  }

  /** Looks now, whoever's turn it is, until nothing is suspected any more. Returns how many messages the webhook had missed. */
  async sweep(): Promise<number> {
    let found = 0;
    for (;;) {
      const isComplete = await this.listing.look();
      found += await this.looks.workOff();
      if (!isComplete || !(await this.mark.isSuspecting())) return found;
    }
  }

  private get isOn(): boolean {
    return this.role.works && this.config.everyMs > 0 && !this.drain.isDraining;
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    await this.drain.hold('the sweep', work).catch((error: unknown) => this.logger.warn({ err: error, code: toAppError(error).code }, 'the sweep could not look'));
  }
}
