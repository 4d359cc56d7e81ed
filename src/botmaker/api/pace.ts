import type { Operation } from './operations.js';

/** We stay below the documented limit: calls arrive less evenly than they leave, the first of a connection the latest. */
const safety = 0.8;

/** How the calls of one operation follow each other, in milliseconds. */
export interface Pace {
  /** From one call to the next. */
  spacing: number;
  /** How far a pause may be caught up with. */
  burst: number;
  /** How much later than its slot a call may leave: half of what a window of the platform's has room for, the other half is the way's. */
  latest: number;
}

/**
 * The pace that keeps a limit, or one of `parts` equal parts of it, rounded down so that the parts never add up to more;
 * with more parts than calls no part is a whole call, and only the average holds.
 */
export function paceOf({ calls, perMs }: Operation['limit'], parts = 1): Pace {
  const part = Math.floor(calls / parts) || calls / parts;
  const spacing = perMs / (part * safety);
  const burst = Math.floor(part / 20) * spacing;
  return { spacing, burst, latest: (calls * (perMs / (calls * safety)) - burst - perMs) / 2 };
}

/** Slots that somebody may use: the first in `startsInMs` (none yet when `slots` is 0), each `spacing` after the one before. */
export interface Grant {
  slots: number;
  startsInMs: number;
}

/** A bucket of this process alone, by its monotonic clock. */
export class OwnBucket {
  private freeAt = -Infinity;

  constructor(private readonly pace: Pace) {}

  /** Up to `wanted` slots that begin within `withinMs`. */
  reserve(now: number, wanted: number, withinMs: number): Grant {
    const { spacing, burst } = this.pace;
    const startsAt = Math.max(this.freeAt, now - burst);
    const slots = Math.max(0, Math.min(wanted, Math.floor((withinMs - (startsAt - now)) / spacing) + 1));
    this.freeAt = startsAt + slots * spacing;
    return { slots, startsInMs: startsAt - now };
  }

  rest(until: number): void {
    this.freeAt = Math.max(this.freeAt, until);
  }
}
