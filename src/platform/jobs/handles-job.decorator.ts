import { DiscoveryService } from '@nestjs/core';
import type { Job } from './job.js';

/** Marks the class that does a job. Exactly one class handles each kind; the runner checks that at boot. */
export const HandlesJob = DiscoveryService.createDecorator<Job<never>>();

/** Does a job. `signal` aborts when the process drains: stop at the next safe point and throw, the job runs again elsewhere. */
export interface JobHandler<P> {
  handle(payload: P, signal: AbortSignal): Promise<void>;
}
