import { join } from 'node:path';
import type { History } from './history.js';
import type { Reaper } from './reaper.js';
import { Replica, type ReplicaPlan, type Role } from './replica.js';

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
    roles: readonly Role[],
    plan: Omit<ReplicaPlan, 'name' | 'role'>,
    private readonly history: History,
    private readonly reaper: Reaper,
  ) {
    this.replicas = roles.map((role, index) => this.replica({ ...plan, role, name: `replica-${index + 1}`, dir: join(plan.dir, `replica-${index + 1}`) }));
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

  /** Those that stand and are not the last to do what they do. */
  get spare(): Replica[] {
    return this.ready.filter(({ plan: { role } }) => this.ready.filter(({ plan }) => plan.role === role).length >= 2);
  }

  /** Where a balancer may send: it can't tell a frozen one from a slow one. */
  backends(): string[] {
    return this.replicas.filter(({ state, plan }) => plan.role !== 'worker' && (state === 'ready' || state === 'frozen')).map(({ address }) => address);
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
