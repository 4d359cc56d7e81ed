import type { Process, Script } from '../engine/process.js';
import { despiteTrouble } from '../surroundings/trouble.js';
import type { SimulatedDatabase } from '../surroundings/database.js';
import { leaseMs, type Claimed, type TurnTables } from './tables.js';

const beatsALease = 3;

export interface Held {
  claimed: Claimed;
  /** By the process's monotonic clock, read before the statement that gave the lease. */
  since: number;
  isLost: boolean;
}

/** As `lease.service.ts`: renews the leases of a process, and knows by its own clock when one may have run out. */
export class HeldLeases {
  private readonly held = new Set<Held>();

  constructor(
    private readonly process: Process,
    private readonly database: SimulatedDatabase,
    private readonly tables: TurnTables,
  ) {
    process.repeat(leaseMs / beatsALease, leaseMs / beatsALease, () => despiteTrouble(this.beat()));
  }

  hold(claimed: Claimed, since: number): Held {
    const held = { claimed, since, isLost: false };
    this.held.add(held);
    return held;
  }

  isLost(held: Held): boolean {
    if (this.process.monotonic() - held.since > leaseMs) held.isLost = true;
    return held.isLost;
  }

  end(held: Held): void {
    this.held.delete(held);
  }

  private *beat(): Script {
    const alive = [...this.held].filter((held) => !this.isLost(held));
    if (alive.length === 0) return;
    const at = this.process.monotonic();
    const kept = yield* this.database.transaction((now) => alive.map((held) => this.tables.renew(held.claimed, now)));
    alive.forEach((held, i) => (kept[i] ? (held.since = at) : (held.isLost = true)));
  }
}
