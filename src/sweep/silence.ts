/** A stretch in which no webhook came. */
export interface Gap {
  from: Date;
  until: Date;
}

/** Shorter silences are everyday. */
export const shortestGapMs = 60_000;
/** So many webhooks should have come in the gap, by the pace of the rest: bursts and lulls explain fewer, not so many. */
const leastMissed = 10;

/**
 * When a silence began that the traffic around it does not explain: the door was closed, or Botmaker's breaker was open.
 * Null when there was none. What a low traffic hides is found by its first lost message instead.
 *
 * @param arrivals webhooks in the whole range
 */
export function silentSince(gaps: readonly Gap[], arrivals: number, rangeMs: number): Date | null {
  const lengthOf = ({ from, until }: Gap): number => until.getTime() - from.getTime();
  const isOdd = (gap: Gap): boolean => lengthOf(gap) >= shortestGapMs && rangeMs > lengthOf(gap) && (arrivals / (rangeMs - lengthOf(gap))) * lengthOf(gap) >= leastMissed;
  const odd = gaps.filter(isOdd).map(({ from }) => from.getTime());
  return odd.length > 0 ? new Date(Math.min(...odd)) : null;
}
