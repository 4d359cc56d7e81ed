const windowMs = 10 * 60_000;
/** Upper edges in ms; what is above the last one has a bucket of its own. */
export const edges = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

export interface Latency {
  count: number;
  p50: number;
  p99: number;
  p999: number;
  max: number;
  /** How many took at most so many ms (and more than the edge before); `more` above the last edge. */
  histogram: Record<string, number>;
}

/** Most answers that were not 2xx in any ten minutes; `failedAt` in ms, in any order. The platform's breaker counts alike [O]. */
export function worstTenMinutes(failedAt: readonly number[]): number {
  const sorted = [...failedAt].sort((one, other) => one - other);
  let worst = 0;
  let first = 0;
  sorted.forEach((at, last) => {
    while (at - (sorted[first] ?? at) >= windowMs) first++;
    worst = Math.max(worst, last - first + 1);
  });
  return worst;
}

export function latencyOf(samples: readonly number[]): Latency {
  const sorted = [...samples].sort((one, other) => one - other);
  const at = (part: number): number => round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? 0);
  const histogram: Record<string, number> = {};
  for (const sample of sorted) {
    const edge = edges.find((limit) => sample <= limit);
    const name = edge === undefined ? 'more' : String(edge);
    histogram[name] = (histogram[name] ?? 0) + 1;
  }
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: round(sorted.at(-1) ?? 0), histogram };
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
