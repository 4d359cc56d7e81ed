import type { Replica } from './replica.js';
import type { Rig } from './rig.js';
import { blowsOf, type Blow, type BlowKind, type Rhythms } from './schedule.js';

/** How many times each kind of blow fell. */
export type Blows = Record<BlowKind, number>;

/**
 * Deals the blows of the schedule. What the seed decides is when, whom and how long; a blow waits when it would meet the last
 * replica that stands, because a service that is gone altogether answers nobody, whatever it is made of.
 */
export class ChaosMonkey {
  readonly blows: Blows = { kill: 0, freeze: 0, database: 0, wire: 0 };
  private isOver = false;
  private readonly lanes: Promise<void>[] = [];
  private readonly wakers = new Set<() => void>();

  constructor(private readonly rig: Rig) {}

  start(rhythms: Rhythms): this {
    this.rig.atEnd(() => this.stop());
    for (const [kind, rhythm] of Object.entries(rhythms)) this.lanes.push(this.lane(kind as BlowKind, blowsOf(this.rig.options.seed, kind as BlowKind, rhythm)));
    return this;
  }

  /** Resolves when the last blow has passed: the database is up, nobody is frozen. */
  async stop(): Promise<void> {
    this.isOver = true;
    for (const wake of this.wakers) wake();
    await Promise.allSettled(this.lanes);
  }

  private async lane(kind: BlowKind, blows: Generator<Blow, never>): Promise<void> {
    for (;;) {
      const blow = blows.next().value;
      // On a slow machine the storm is slower: the same blows in the same order.
      await this.pause(blow.afterMs * this.rig.pace.slowness);
      if (this.isOver) return;
      await this.deal(kind, blow);
    }
  }

  private async deal(kind: BlowKind, { victim, forMs }: Blow): Promise<void> {
    const { rig } = this;
    if (kind === 'wire') {
      rig.history.add({ what: 'wire', event: 'reset' });
      rig.wire.resetAll();
    } else if (kind === 'database') {
      rig.history.add({ what: 'database', event: 'killed' });
      await rig.database.restart();
      rig.history.add({ what: 'database', event: 'up' });
    } else {
      const replica = await this.oneOfMany(victim);
      if (!replica) return;
      replica.signal(kind === 'kill' ? 'SIGKILL' : 'SIGSTOP');
      if (kind === 'freeze') {
        await this.pause(forMs);
        replica.signal('SIGCONT');
      }
    }
    this.blows[kind]++;
  }

  /** Waits for one that is not the last of its role to stand. Null: the storm ended first. */
  private async oneOfMany(victim: number): Promise<Replica | null> {
    while (!this.isOver) {
      const { spare } = this.rig.fleet;
      if (spare.length > 0) return spare[Math.floor(victim * spare.length)] ?? null;
      await this.pause(100);
    }
    return null;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((go) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.wakers.delete(wake);
        go();
      };
      const timer = setTimeout(wake, ms);
      this.wakers.add(wake);
      if (this.isOver) wake();
    });
  }
}
