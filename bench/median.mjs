/** The middle of some numbers; of an even count the lower middle, so that it is a value that was measured. Null when one is missing. */
export function medianOf(values) {
  if (values.length === 0 || values.includes(null)) return null;
  return [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)];
}

/** The value that `share` (0 to 1) of the numbers do not exceed. */
export function percentileOf(values, share) {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}
