const FIRST = 500;
const LONGEST = 30_000;

/**
 * Milliseconds until the next try: each twice the one before, at most half a minute, and up to a fifth less, so that several
 * pages do not come at once.
 *
 * @param tries those that have failed in a row, from 1
 * @param chance 0 to 1
 */
export const pauseAfter = (tries: number, chance: number): number =>
  Math.round(Math.min(LONGEST, FIRST * 2 ** (tries - 1)) * (1 - chance / 5));
