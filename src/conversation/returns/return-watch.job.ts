import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Drain, Role, toAppError } from '../../platform/index.js';
import { ReturnStore } from './return.store.js';
import { Returns } from './returns.service.js';

const everyMs = 500;
const alarmEveryMs = 5000;
/** A look may wait for its slot: others, of other processes, take what is left. */
const mostAtOnce = 5;

/** Looks after the returns that are due, and tells when the flow does not take its chats back. */
@Injectable()
export class ReturnWatch {
  private readonly logger = new Logger(ReturnWatch.name);
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly drain: Drain,
    private readonly alarms: Alarms,
    private readonly store: ReturnStore,
    private readonly returns: Returns,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works || this.isLooking || this.drain.isDraining) return;
    this.isLooking = true;
    await this.drain.hold('the watch over returns', () => this.checkDue()).catch((error: unknown) => this.logger.warn({ err: error, code: toAppError(error).code }, 'returns could not be checked'));
    this.isLooking = false;
  }

  @Interval(alarmEveryMs)
  async judge(): Promise<void> {
    if (!this.role.works) return;
    try {
      const { failed, late } = await this.store.troubled();
      this.alarms.set('return-failing', failed + late > 0, { failed, late });
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code }, 'returns could not be judged');
    }
  }

  private async checkDue(): Promise<void> {
    for (let checked = 0; checked < mostAtOnce && !this.drain.isDraining; checked++) if (!(await this.returns.checkNext())) return;
  }
}
