import type { World } from './world.js';

/** A state machine of the product with the world around it, ready to be explored. */
export interface Machine {
  readonly name: string;
  /** Every fault site of it: each must have fired before a run counts. */
  readonly sites: readonly string[];
  /** Until when things go wrong in a schedule of it, in ms. */
  readonly calmAt: number;
  /** Plays one schedule to its end. Throws a `Violation`. */
  play(world: World): void;
}
