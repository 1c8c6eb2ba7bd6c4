/** Growing intervals, in milliseconds: each is twice as long as the one before. */
export interface Intervals {
  readonly first: number;
  readonly longest: number;
}

/** The wait after something has been tried in vain `tries` times: the first, then twice as long each time. */
export function waitAfter(tries: number, { first, longest }: Intervals): number {
  return Math.min(longest, first * 2 ** Math.max(0, Math.min(tries - 1, 30)));
}
