import type { VirtualClock } from './clock.js';

/** What a program does, step by step: it yields how many milliseconds pass until its next step. What it returns is its result. */
export type Script<T = void> = Generator<number, T, void>;

/**
 * A program that runs: several scripts at once, all of which stop when it is killed, and stand still while it is frozen. Its
 * wall clock may be wrong. Its monotonic clock, like that of a stopped process, goes on while it stands still.
 */
export class Process {
  isAlive = true;
  /** It was asked to end: it takes on nothing new. */
  isDraining = false;
  private thawsAt = 0;
  private running = 0;
  private readonly farewells: (() => void)[] = [];

  constructor(
    readonly name: string,
    private readonly clock: VirtualClock,
    private readonly skewMs: number,
  ) {}

  get isFrozen(): boolean {
    return this.thawsAt > this.clock.now;
  }

  get takesWork(): boolean {
    return this.isAlive && !this.isFrozen && !this.isDraining;
  }

  /** Whether something that it was asked to do once is not done yet. */
  get isBusy(): boolean {
    return this.isAlive && this.running > 0;
  }

  monotonic(): number {
    return this.clock.now;
  }

  wallClock(): Date {
    return new Date(this.clock.now + this.skewMs);
  }

  /** Does something once. */
  run(script: Script): void {
    this.running++;
    this.clock.in(0, () => this.step(script, () => this.running--));
  }

  /** Does something again and again; nobody waits for it. */
  repeat(everyMs: number, firstInMs: number, round: () => Script): void {
    this.clock.in(firstInMs, () => this.step(again(everyMs, round), () => undefined));
  }

  kill(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    for (const farewell of this.farewells) farewell();
  }

  freeze(ms: number): void {
    this.thawsAt = Math.max(this.thawsAt, this.clock.now + ms);
  }

  onDeath(farewell: () => void): void {
    this.farewells.push(farewell);
  }

  private step(script: Script, whenDone: () => void): void {
    if (!this.isAlive) return;
    if (this.isFrozen) return this.clock.in(this.thawsAt - this.clock.now, () => this.step(script, whenDone));
    const { value, done } = script.next();
    if (done) whenDone();
    else this.clock.in(value, () => this.step(script, whenDone));
  }
}

function* again(everyMs: number, round: () => Script): Script {
  for (;;) {
    yield* round();
    yield everyMs;
  }
}
