import { Chance } from './chance.js';
import { VirtualClock } from './clock.js';
import { Faults } from './faults.js';
import { Trace } from './trace.js';
import { promise } from './violation.js';

/** More would be a loop. */
const mostSteps = 100_000;

export interface ScheduleOptions {
  seed: number;
  /** Counts the fired fault sites of many schedules. */
  fired: Map<string, number>;
  keepTrace: boolean;
  /** Until when things go wrong. */
  calmAt: number;
}

/** What a machine adds to time and chance. */
export interface Course {
  /** Checked after every step. Throws a violation. */
  check(): void;
  /** Whether everything has come to its end. */
  isOver(): boolean;
  /** Checked once, at the end. */
  checkEnd(): void;
}

/** One schedule: a clock, the chances of its seed, what goes wrong, and what was seen. */
export class World<Site extends string = string> {
  readonly clock = new VirtualClock();
  readonly chance: Chance;
  readonly faults: Faults<Site>;
  readonly trace: Trace;
  readonly seed: number;

  constructor({ seed, fired, keepTrace, calmAt }: ScheduleOptions) {
    this.seed = seed;
    this.chance = new Chance(seed);
    this.faults = new Faults(this.clock, this.chance, fired, calmAt);
    this.trace = new Trace(this.clock, keepTrace);
  }

  /** Runs until everything is over, at the latest `patienceMs` after things stopped going wrong. */
  run(course: Course, patienceMs: number): void {
    const endAt = this.faults.calmAt + patienceMs;
    for (;;) {
      const goesOn = this.clock.step();
      course.check();
      if (course.isOver()) break;
      promise(goesOn && this.clock.now <= endAt && this.clock.steps < mostSteps, 'everything comes to its end in a bounded time');
    }
    course.checkEnd();
  }
}
