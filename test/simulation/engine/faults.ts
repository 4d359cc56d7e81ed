import type { Chance } from './chance.js';
import type { VirtualClock } from './clock.js';

const activeShare = 0.25;
const firingShare = 0.25;

/**
 * The places where something may go wrong. Each is active in a quarter of all schedules, and there goes wrong a quarter of
 * the time it is passed: so most schedules break in few places and often, which finds more than breaking everywhere a little.
 * From `calmAt` on nothing new goes wrong, so that what happened can be carried to its end before it is judged.
 */
export class Faults<Site extends string = string> {
  private readonly active = new Map<string, boolean>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly chance: Chance,
    /** How often each site fired, over all schedules. */
    private readonly fired: Map<string, number>,
    readonly calmAt: number,
  ) {}

  /** Whether it goes wrong here, this time. */
  fires(site: Site): boolean {
    if (this.clock.now >= this.calmAt) return false;
    let isActive = this.active.get(site);
    if (isActive === undefined) {
      isActive = this.chance.happens(activeShare);
      this.active.set(site, isActive);
    }
    if (!isActive || !this.chance.happens(firingShare)) return false;
    this.fired.set(site, (this.fired.get(site) ?? 0) + 1);
    return true;
  }
}
