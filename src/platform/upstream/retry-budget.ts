/** What each first attempt is worth: ten of them pay for one retry. */
const deposit = 0.1;
/** More is not saved up: a healthy week must not pay for a storm. */
const mostSaved = 100;
/** What a new process may retry before it has earned anything, and how deep it may be in debt. */
const floor = 3;
/** Without savings one retry goes on credit this often, or a quiet system could never retry. */
export const creditEveryMs = 2000;

/**
 * How many retries a dependency may still be sent. Retries are new load on something that is already in trouble, so all of
 * them together stay within a tenth of the first attempts.
 *
 * Each first attempt deposits a tenth, each retry takes one. With nothing saved one retry goes on credit every two seconds,
 * and the credit is paid back out of the next deposits. So over any time, with F first attempts, the retries are at most
 * the greater of F/10 and one every two seconds, and `2 * floor` more: under load the attempts stay within 1.1 × F, and a
 * system with one customer still retries. Times are monotonic milliseconds.
 */
export class RetryBudget {
  private saved = floor;
  private creditAt = -Infinity;

  noteFirst(): void {
    this.saved = Math.min(this.saved + deposit, mostSaved);
  }

  /** A retry that was taken and not made. At the floor it may have cost nothing, and gives nothing. */
  putBack(): void {
    if (this.saved > -floor) this.saved = Math.min(this.saved + 1, mostSaved);
  }

  /** Takes one retry. False: there is none left, the work waits. */
  take(now: number): boolean {
    // Ten tenths are not quite one.
    if (this.saved >= 1 - 1e-9) {
      this.saved -= 1;
      return true;
    }
    if (now - this.creditAt < creditEveryMs) return false;
    this.creditAt = now;
    this.saved = Math.max(this.saved - 1, -floor);
    return true;
  }
}
