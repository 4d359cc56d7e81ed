import type { Process, Script } from '../engine/process.js';
import type { World } from '../engine/world.js';
import type { Fleet, FleetSite } from './fleet.js';
import { Trouble } from './trouble.js';

export type QueueSite = 'job lost';
export const queueSites: readonly QueueSite[] = ['job lost'];

const pollMs = 100;
const retryMs = 2700;

type Work = (process: Process) => Script;

/**
 * The job queue: a waiting job with the same key is replaced, any replica may take it, and the job of a killed one never
 * comes back (it stays locked for hours).
 */
export class JobQueue {
  /** When a job was last lost. */
  troubledAt = 0;
  private readonly waiting = new Map<string, { work: Work }>();

  constructor(
    private readonly world: World<QueueSite | FleetSite>,
    private readonly fleet: Fleet,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  enqueue(key: string, inMs: number, work: Work): void {
    const job = { work };
    this.waiting.set(key, job);
    this.await(key, job, Math.max(0, inMs));
  }

  private await(key: string, job: { work: Work }, inMs: number): void {
    const { clock, chance } = this.world;
    clock.in(inMs + chance.between(0, pollMs), () => this.take(key, job));
  }

  private take(key: string, job: { work: Work }): void {
    if (this.waiting.get(key) !== job) return;
    const process = this.fleet.someone();
    if (!process) return this.await(key, job, pollMs);
    this.waiting.delete(key);
    if (this.world.faults.fires('job lost')) {
      this.troubledAt = this.world.clock.now;
      return this.world.trace.note('queue', `the job ${key} is lost with its worker`);
    }
    process.run(this.perform(process, key, job.work));
  }

  private *perform(process: Process, key: string, work: Work): Script {
    try {
      yield* work(process);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (!this.waiting.has(key)) this.enqueue(key, retryMs, work);
    }
  }
}
