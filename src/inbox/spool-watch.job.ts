import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Role } from '../platform/index.js';
import { SpoolDrain } from './spool-drain.service.js';
import { beatMs } from './spool-folder.js';
import { Spool } from './spool.store.js';

/** Shows every second that the owner of this spool lives, and looks for what a process left behind that does not any more. */
@Injectable()
export class SpoolWatch implements OnApplicationBootstrap {
  private readonly logger = new Logger(SpoolWatch.name);
  private isLooking = false;

  constructor(
    private readonly role: Role,
    private readonly spool: Spool,
    private readonly drain: SpoolDrain,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.look();
  }

  @Interval(beatMs)
  async look(): Promise<void> {
    if (!this.role.serves || this.isLooking) return;
    this.isLooking = true;
    try {
      await this.spool.beat();
      await this.spool.noteDamage();
      const bodies = await this.spool.adopt();
      if (bodies > 0) this.logger.warn({ bodies }, 'bodies that another process had kept on disk are taken over');
      if (!this.spool.isEmpty) this.drain.wake();
    } catch (error) {
      this.logger.error({ err: error, code: 'inbox.spool-failed' }, 'the folder of the spool can not be used');
    } finally {
      this.isLooking = false;
    }
  }
}
