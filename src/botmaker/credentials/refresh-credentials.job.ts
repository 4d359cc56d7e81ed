import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock, Role, toAppError } from '../../platform/index.js';
import { Credentials } from './credentials.service.js';

const everyMs = 60_000;

/** Looks once a minute whether the token nears its end. A failure is no harm while the current token works. */
@Injectable()
export class RefreshCredentials {
  private readonly logger = new Logger(RefreshCredentials.name);

  constructor(
    private readonly role: Role,
    private readonly clock: Clock,
    private readonly credentials: Credentials,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    try {
      await this.credentials.refreshIfDue(this.clock.now());
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code }, 'the API token was due for a refresh and kept');
    }
  }
}
