/** Botmaker's breaker opens after 100 failures in 10 minutes [O]: a fifth of that is the time to say something. */
const windowMs = 600_000;

/** Whether there were `most` refusals in the last 10 minutes. It remembers no more than those. */
export class RefusalCount {
  private readonly times: number[] = [];

  constructor(readonly most = 20) {}

  /** `now`: monotonic, in ms. */
  note(now: number): void {
    this.times.push(now);
    if (this.times.length > this.most) this.times.shift();
  }

  areMany(now: number): boolean {
    const [oldest] = this.times;
    return this.times.length === this.most && oldest !== undefined && now - oldest < windowMs;
  }
}
