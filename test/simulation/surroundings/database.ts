import type { Script } from '../engine/process.js';
import type { World } from '../engine/world.js';
import { Trouble } from './trouble.js';

export type DatabaseSite = 'database away' | 'answer of a commit lost';
export const databaseSites: readonly DatabaseSite[] = ['database away', 'answer of a commit lost'];

/**
 * Postgres: each transaction happens at one moment, whole or not at all, and its clock is the one that counts. It can be away,
 * and a commit can succeed without its caller getting to know.
 */
export class SimulatedDatabase {
  /** When it last was in trouble. */
  troubledAt = 0;
  private backAt = 0;

  constructor(
    private readonly world: World<DatabaseSite>,
    /** How often it may go away, at most. */
    private readonly troubleEveryMs = 8000,
  ) {}

  start(): void {
    const { clock, chance, faults, trace } = this.world;
    if (faults.fires('database away')) {
      this.backAt = clock.now + chance.between(200, 15_000);
      trace.note('database', `is away for ${this.backAt - clock.now} ms`);
    }
    if (clock.now < faults.calmAt) clock.in(chance.between(this.troubleEveryMs / 8, this.troubleEveryMs), () => this.start());
  }

  get isAway(): boolean {
    return this.backAt > this.world.clock.now;
  }

  *transaction<T>(change: (now: Date) => T): Script<T> {
    const { chance, clock, faults } = this.world;
    yield chance.between(0, 4);
    if (this.isAway) throw this.trouble('the database is away');
    const result = change(clock.date());
    if (faults.fires('answer of a commit lost')) throw this.trouble('the answer of a commit is lost');
    yield chance.between(0, 4);
    return result;
  }

  private trouble(what: string): Trouble {
    this.troubledAt = this.world.clock.now;
    this.world.trace.note('database', what);
    return new Trouble('upstream-unavailable', what);
  }
}
