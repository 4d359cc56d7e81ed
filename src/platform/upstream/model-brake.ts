import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** Makes the model slow on purpose, for whoever wants to see what happens then. Only the sandbox's menu pulls it. */
@Injectable()
export class ModelBrake {
  ms = 0;

  /** Rejects when `signal` ends the wait. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.ms > 0) await delay(this.ms, undefined, { signal });
  }
}
