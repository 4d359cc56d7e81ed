import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms } from '../platform/index.js';
import { RefusalCount } from './refusal-count.js';

const everyMs = 10_000;

/** Counts the calls that came without our token, and raises an alarm while they are many: it may be our own that is wrong. */
@Injectable()
export class RefusedTokens {
  private readonly count = new RefusalCount();

  constructor(private readonly alarms: Alarms) {}

  note(): void {
    this.count.note(performance.now());
    this.look();
  }

  /** The alarm ends by itself when nobody calls any more. */
  @Interval(everyMs)
  look(): void {
    this.alarms.set('webhook-token-refused', this.count.areMany(performance.now()), { inTenMinutes: this.count.most });
  }
}
