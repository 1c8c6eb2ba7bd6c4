/** The smallest of the values that at least that share of them does not exceed (nearest rank). @param share 0 < share ≤ 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Milliseconds in seconds, to the hundredth. */
export const seconds = (ms: number): number => Math.round(ms / 10) / 100;
