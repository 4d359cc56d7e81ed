/**
 * The platform's circuit breaker: more than 100 failed calls in 10 minutes, and for the next 10 minutes notifications are
 * not sent and are lost [O].
 */
export class Breaker {
  private failures: number[] = [];
  private openUntil = 0;

  constructor(
    private readonly limits: { readonly failures: number; readonly windowMs: number; readonly openMs: number },
    private readonly now: () => Date,
  ) {}

  get isOpen(): boolean {
    return this.now().getTime() < this.openUntil;
  }

  /** Failures of the last window, for a page that shows how near the edge is. */
  get recentFailures(): number {
    this.forgetOld();
    return this.failures.length;
  }

  failed(): void {
    this.forgetOld();
    this.failures.push(this.now().getTime());
    if (this.failures.length <= this.limits.failures) return;
    this.openUntil = this.now().getTime() + this.limits.openMs;
    this.failures = [];
  }

  private forgetOld(): void {
    const oldest = this.now().getTime() - this.limits.windowMs;
    this.failures = this.failures.filter((at) => at > oldest);
  }
}
