import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Drain, Role, toAppError } from '../../platform/index.js';
import { ReopeningStore } from './reopening.store.js';
import { Reopenings } from './reopenings.service.js';

const everyMs = 500;
const alarmEveryMs = 5000;
/** Others, of other processes, take what is left. */
const mostAtOnce = 20;

/** Looks after the reopenings that are due, and tells when there is no template to ask with. */
@Injectable()
export class WindowWatch {
  private readonly logger = new Logger(WindowWatch.name);
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly drain: Drain,
    private readonly alarms: Alarms,
    private readonly store: ReopeningStore,
    private readonly reopenings: Reopenings,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works || this.isLooking || this.drain.isDraining) return;
    this.isLooking = true;
    await this.drain.hold('the watch over closed windows', () => this.takeDue()).catch((error: unknown) => this.logger.warn({ err: error, code: toAppError(error).code }, 'closed windows could not be looked after'));
    this.isLooking = false;
  }

  @Interval(alarmEveryMs)
  async judge(): Promise<void> {
    if (!this.role.works) return;
    try {
      const waiting = await this.store.countWithoutTemplate();
      this.alarms.set('no-template', waiting > 0, { waiting });
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code }, 'closed windows could not be counted');
    }
  }

  private async takeDue(): Promise<void> {
    for (let taken = 0; taken < mostAtOnce && !this.drain.isDraining; taken++) if (!(await this.reopenings.takeNext())) return;
  }
}
