import { SchedulerRegistry } from '@nestjs/schedule';
import { Drain, Role, ShutdownConfig } from '../../src/platform/index.js';

/** Of a process that stays until it is told to go. */
export const idleDrain = (): Drain => new Drain(new Role('worker'), new ShutdownConfig(0, 25_000), new SchedulerRegistry());
