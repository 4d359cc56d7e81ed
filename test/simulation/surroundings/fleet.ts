import { Process, type Script } from '../engine/process.js';
import type { World } from '../engine/world.js';

export type FleetSite = 'killed on the way' | 'frozen on the way' | 'killed at any moment' | 'frozen at any moment' | 'drained';
export const fleetSites: readonly FleetSite[] = ['killed on the way', 'frozen on the way', 'killed at any moment', 'frozen at any moment', 'drained'];

/**
 * One to three replicas of the program, with clocks that are minutes apart. A killed one is started again a little later, as
 * a new process that knows nothing.
 */
export class Fleet {
  processes: Process[] = [];
  /** When something last went wrong. */
  troubledAt = 0;
  private born = 0;

  constructor(
    private readonly world: World<FleetSite>,
    private readonly longestFreezeMs: number,
    private readonly boot: (process: Process) => void,
    /** How far apart blows from outside are, at most. */
    private readonly blowEveryMs = 4000,
  ) {}

  start(size: number): void {
    for (let i = 0; i < size; i++) this.add();
    this.mishap();
  }

  /** One that takes on work now. */
  someone(): Process | null {
    const able = this.processes.filter(({ takesWork }) => takesWork);
    return able.length > 0 ? this.world.chance.pick(able) : null;
  }

  get isAtRest(): boolean {
    return this.processes.every((process) => !process.isFrozen && !process.isDraining && !process.isBusy);
  }

  /** A point that a script passes, at which its process may end or stand still. */
  *pass(process: Process, point: string): Script {
    const { faults } = this.world;
    if (faults.fires('killed on the way')) {
      this.kill(process, point);
      yield 0;
    }
    if (faults.fires('frozen on the way')) {
      this.freeze(process, point);
      yield 0;
    }
  }

  kill(process: Process, when: string): void {
    this.note(process, `is killed ${when}`);
    process.kill();
  }

  private freeze(process: Process, when: string): void {
    const { chance } = this.world;
    // Short, or about as long as it may be: what lies between finds less.
    const ms = chance.happens(0.5) ? chance.between(200, 2000) : chance.between(this.longestFreezeMs / 2, this.longestFreezeMs);
    this.note(process, `is frozen ${when}, for ${ms} ms`);
    process.freeze(ms);
  }

  private add(): void {
    const { clock, chance, trace } = this.world;
    const process = new Process(`worker-${++this.born}`, clock, chance.between(-600_000, 600_000));
    trace.note(process.name, 'starts');
    this.processes.push(process);
    process.onDeath(() => {
      this.processes = this.processes.filter((other) => other !== process);
      clock.in(chance.between(500, 6000), () => this.add());
    });
    this.boot(process);
  }

  /** What comes from outside, whatever a process is doing. */
  private mishap(): void {
    const { clock, chance, faults } = this.world;
    const process = this.someone();
    if (process && faults.fires('killed at any moment')) this.kill(process, 'at any moment');
    else if (process && faults.fires('frozen at any moment')) this.freeze(process, 'at any moment');
    else if (process && faults.fires('drained')) this.drain(process);
    if (clock.now < faults.calmAt) clock.in(chance.between(300, this.blowEveryMs), () => this.mishap());
  }

  private drain(process: Process): void {
    this.note(process, 'drains');
    process.isDraining = true;
    this.world.clock.in(this.world.chance.between(2000, 20_000), () => process.kill());
  }

  private note(process: Process, what: string): void {
    this.troubledAt = this.world.clock.now;
    this.world.trace.note(process.name, what);
  }
}
