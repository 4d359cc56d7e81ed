import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Drain, Role, toAppError } from '../../platform/index.js';
import { Credentials } from './credentials.service.js';

const everyMs = 60_000;

/** Looks once a minute whether the token nears its end. A failure is no harm while the current token works. */
@Injectable()
export class RefreshCredentials {
  private readonly logger = new Logger(RefreshCredentials.name);

  constructor(
    private readonly role: Role,
    private readonly credentials: Credentials,
    private readonly drain: Drain,
  ) {}

  @Interval(everyMs)
  async look(): Promise<void> {
    if (!this.role.works) return;
    try {
      await this.drain.hold('the look after the token', () => this.credentials.look());
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code }, 'the API token could not be looked after');
    }
  }
}
