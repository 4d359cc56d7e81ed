import type { VirtualClock } from './clock.js';

// As in chance.ts.
const { imul } = Math;

/**
 * What happened in a schedule, line by line, and a fingerprint of it all. The fingerprint is always made; the lines are kept
 * only when somebody will read them.
 */
export class Trace {
  readonly lines: string[] = [];
  private hash = 0x811c9dc5;

  constructor(
    private readonly clock: VirtualClock,
    private readonly isKept: boolean,
  ) {}

  note(who: string, what: string): void {
    this.mix(this.clock.now);
    for (let i = 0; i < who.length; i++) this.mix(who.charCodeAt(i));
    for (let i = 0; i < what.length; i++) this.mix(what.charCodeAt(i));
    if (this.isKept) this.lines.push(`${(this.clock.now / 1000).toFixed(3).padStart(9)} s  ${who.padEnd(12)} ${what}`);
  }

  get fingerprint(): string {
    return (this.hash >>> 0).toString(16).padStart(8, '0');
  }

  /** FNV-1a, a number at a time. */
  private mix(value: number): void {
    this.hash = imul(this.hash ^ value, 0x01000193);
  }
}
