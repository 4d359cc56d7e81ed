import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, OutboxConfig, Role } from '../platform/index.js';
import { isBlind, isDoubtTooShort } from './echo-sight.js';
import { EchoSightStore } from './echo-sight.store.js';

const everyMs = 10_000;

/** Watches the detector that the promise "never twice" stands on: whether echoes come, in time, and one for each message. */
@Injectable()
export class EchoWatch {
  private readonly logger = new Logger(EchoWatch.name);

  constructor(
    private readonly role: Role,
    private readonly echoes: EchoSightStore,
    private readonly alarms: Alarms,
    private readonly config: OutboxConfig,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    try {
      const [sight, duplicates] = [await this.echoes.read(), await this.echoes.duplicatesLastDay()];
      this.alarms.set('echo-blind', isBlind(sight), { accepted: sight.accepted });
      this.alarms.set('doubt-too-short', isDoubtTooShort(sight, this.config.doubtMs), { slowestMs: sight.slowestMs, doubtMs: this.config.doubtMs });
      this.alarms.set('duplicate-detected', duplicates > 0, { duplicates });
    } catch (error) {
      this.logger.warn({ err: error }, 'the echoes could not be judged');
    }
  }
}
