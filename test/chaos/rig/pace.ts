/** The waits of a run, in milliseconds. */
export interface Pace {
  /** How many times slower than an idle one this machine was when the run began; at least 1. */
  slowness: number;
  sendTimeoutMs: number;
  /** W: above the time limit and every lag of the account, as it must be in earnest. */
  doubtMs: number;
  leaseMs: number;
  /** How long a stalled call of Botmaker's takes: longer than the product waits. */
  stallMs: number;
}

/** `steady` leaves room for an account that is late (its latest echo comes after 3 s); `quick` is for one that is not. */
const tempi = { steady: { sendTimeoutMs: 2000, lagMs: 7000, leaseMs: 4000 }, quick: { sendTimeoutMs: 800, lagMs: 2200, leaseMs: 2500 } } as const;
export type Tempo = keyof typeof tempi;

const spinMs = 150;
const mostSlowness = 20;

/**
 * Short waits, so that a run is quick, and longer ones where many want the processor: what takes a second on an idle machine
 * must not look like a process that died. What is proved (nothing lost, nothing twice) does not depend on them.
 */
export function paceOf(slowness: number, tempo: Tempo = 'steady'): Pace {
  const { sendTimeoutMs: least, lagMs, leaseMs } = tempi[tempo];
  const sendTimeoutMs = Math.round(Math.min(least * slowness, 10_000));
  return { slowness, sendTimeoutMs, doubtMs: sendTimeoutMs + lagMs, leaseMs: Math.round(Math.min(leaseMs * slowness, 15_000)), stallMs: sendTimeoutMs + 1000 };
}

/** Wall time over processor time of a little work: 1 on an idle machine, 10 where ten want each core. */
export function slownessOfMachine(): number {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const spent = (): number => (process.cpuUsage(before).user + process.cpuUsage(before).system) / 1000;
  while (spent() < spinMs) continue;
  return Math.round(Math.min(Math.max((performance.now() - startedAt) / spinMs, 1), mostSlowness) * 10) / 10;
}
