/** How long after its 202 a message's echo comes. */
const usualMs = 150;
const slowMs = 8000;

/** The switch for late echoes; the twin asks it anew for each. */
export class EchoLag {
  isSlow = false;

  get ms(): number {
    return this.isSlow ? slowMs : usualMs;
  }
}
