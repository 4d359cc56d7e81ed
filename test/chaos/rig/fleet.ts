import { join } from 'node:path';
import type { History } from './history.js';
import type { Reaper } from './reaper.js';
import { Replica, type ReplicaPlan } from './replica.js';

/** A failpoint that a replica went through. */
export interface Hit {
  point: string;
  signal: string;
  replica: Replica;
  at: number;
}

/** The replicas of a run. */
export class Fleet {
  readonly replicas: Replica[];
  readonly hits: Hit[] = [];

  constructor(
    count: number,
    plan: Omit<ReplicaPlan, 'name' | 'dir'> & { dir: string },
    private readonly history: History,
    private readonly reaper: Reaper,
  ) {
    this.replicas = Array.from({ length: count }, (_, index) => this.replica({ ...plan, name: `replica-${index + 1}`, dir: join(plan.dir, `replica-${index + 1}`) }));
  }

  /** All at once: a deployment does not wait either. */
  async start(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop('SIGKILL')));
  }

  get ready(): Replica[] {
    return this.replicas.filter(({ state }) => state === 'ready');
  }

  /** Where a balancer may send: it can't tell a frozen one from a slow one. */
  backends(): string[] {
    return this.replicas.filter(({ state }) => state === 'ready' || state === 'frozen').map(({ address }) => address);
  }

  /** Everybody on his feet again. */
  async whole(patienceMs = 180_000): Promise<void> {
    for (const replica of this.replicas) if (replica.state === 'frozen') replica.signal('SIGCONT');
    await Promise.all(this.replicas.map((replica) => replica.ready(patienceMs)));
  }

  private replica(plan: ReplicaPlan): Replica {
    const replica: Replica = new Replica(
      plan,
      ({ event, detail }) => this.history.add({ what: 'process', name: plan.name, event, ...(detail === undefined ? {} : { detail }) }),
      (point, signal) => {
        this.hits.push({ point, signal, replica, at: Date.now() });
        if (signal === 'SIGSTOP') replica.noteFrozen();
      },
      this.reaper,
    );
    return replica;
  }
}
