/** Runs that begin within so many milliseconds have the same turn: the period of the schedule, unless it is set otherwise. */
const TURN = 5 * 60_000;
/**
 * How far, of the whole list, the beginning moves from turn to turn. Chosen by search among six thousand: runs at any usual
 * period, from five minutes to a week, come round to everybody in at most five times the least number of runs, while the
 * golden ratio comes back to where it was at periods of 144 turns.
 */
const STRIDE = 0.726_236;

/** Whose turn it is: another's in each run and in each pass. */
export interface Turn {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly pass: number;
}

/** A list from another place on in each turn, so that nobody is last for ever. */
export function turned<T>(items: readonly T[], { startedAt, pass }: Turn): readonly T[] {
  const turn = Math.floor(startedAt / TURN) + pass;
  const start = Math.floor(((turn * STRIDE) % 1) * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
