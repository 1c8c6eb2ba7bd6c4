/** What started an execution. */
export type Trigger = 'schedule' | 'manual' | 'events';

/** The course of one execution, handed from state to state. Times in milliseconds since the epoch. */
export interface Run {
  readonly execution: string;
  readonly trigger: Trigger;
  /** What this pass covers: everything, or a scope. A full run's narrowed rounds obey the rules of event runs. */
  readonly kind: 'full' | 'event';
  readonly startedAt: number;
  readonly dryRun: boolean;
  /** Hash of the held removals that a person approved. */
  readonly approve?: string;
  /** Only these clusters are read, the others count as unread. */
  readonly clusters?: readonly string[];
  /** Counts every way through the states, 1 at first. */
  readonly pass: number;
  /** Counts rounds only: looks within a start grace are not rounds. */
  readonly round: number;
  /** Looks at starts so far; the wait between them grows. */
  readonly looks: number;
  /** Counts the slices of a plan that was too large for one pass; absent in the passes up to that plan. */
  readonly slice?: number;
  /** Events of the history that earlier passes may have taken. */
  readonly events?: number;
}

/** Rounds until a run gives up on names that others keep changing (design, section 4). */
export const MAX_ROUNDS = 5;
/**
 * A reading that is older than this is neither planned from nor applied but read anew, in milliseconds from the end of
 * CompleteReading: whatever held the run up (a retry, a redrive, a long plan) must not replay an old view.
 */
export const READING_LIFETIME = 120_000;
/** First wait before looking at a start again, in seconds; it grows by half each time, up to the longest. */
export const FIRST_LOOK = 5;
export const LONGEST_LOOK = 30;

/** Whether what was read at a time may still be acted upon. */
export const isStale = (readAt: number, now: number): boolean => now - readAt > READING_LIFETIME;

/**
 * Milliseconds in which a reading may be completed after the last answer that it is made of: the state follows at once, and
 * each retry takes at most a wait of a minute and an attempt of two. After that somebody has run it again later (a redrive).
 */
export const completionTime = (retries: number): number => READING_LIFETIME + retries * 180_000;

/** The same pass once more on a new reading, which is a round; undefined when there are no rounds left. */
export function readAnew<R extends Pick<Run, 'pass' | 'round'>>(run: R): R | undefined {
  return run.round >= MAX_ROUNDS ? undefined : { ...run, pass: run.pass + 1, round: run.round + 1 };
}

export type NextStep =
  | { readonly next: 'publish' | 'contended' | 'slice' }
  | { readonly next: 'again' | 'look'; readonly seconds: number };

/**
 * What follows a verified pass.
 *
 * | slices left | something moved, or no longer agrees | rounds so far | instances within their grace | room | next      |
 * | ----------- | ------------------------------------ | ------------- | ---------------------------- | ---- | --------- |
 * | some        | any: the slice looks at it as well   | any           | any                          | yes  | slice     |
 * | any         | yes                                  | any           | any                          | no   | contended |
 * | none        | yes                                  | fewer than 5  | any                          | yes  | again     |
 * | none        | yes                                  | 5             | any                          | any  | contended |
 * | some        | no                                   | any           | any                          | no   | publish   |
 * | none        | no                                   | any           | some                         | yes  | look      |
 * | none        | no                                   | any           | some                         | no   | publish   |
 * | none        | no                                   | any           | none                         | any  | publish   |
 *
 * What is published before all slices were sent says so: the rest waits for the next full run.
 *
 * @param room whether another pass fits into the budget of the run (`budget.ts`)
 * @param rest whether slices of a plan are left
 * @param unsettled whether names moved, were stale or did not agree when verified
 * @param graceEndsAt when the last grace of a starting instance ends; undefined: none is starting
 * @param random 0 ≤ x < 1, spreads overlapping runs over time
 */
export function nextStep(
  { round, looks }: Pick<Run, 'round' | 'looks'>,
  {
    rest,
    unsettled,
    graceEndsAt,
    room,
    now,
    random,
  }: {
    readonly rest: boolean;
    readonly unsettled: boolean;
    readonly graceEndsAt?: number;
    readonly room: boolean;
    readonly now: number;
    readonly random: number;
  },
): NextStep {
  if (rest && room) return { next: 'slice' };
  if (unsettled) {
    if (round >= MAX_ROUNDS || !room) return { next: 'contended' };
    return { next: 'again', seconds: 1 + Math.floor(random * 2 ** round) };
  }
  if (graceEndsAt === undefined || now >= graceEndsAt || !room) return { next: 'publish' };
  const wait = Math.min(LONGEST_LOOK, Math.round(FIRST_LOOK * 1.5 ** looks));
  return { next: 'look', seconds: Math.max(1, Math.min(wait, Math.ceil((graceEndsAt - now) / 1_000))) };
}
