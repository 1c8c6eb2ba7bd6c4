import type { WorkingState } from './definition.ts';
import { matchesError } from './faults.ts';

/** Counts the retries of one visit to a state, apart for each retrier, and says how long to wait before the next. */
export class Retries {
  readonly #retriers: NonNullable<WorkingState['Retry']>;
  readonly #made: number[];
  readonly #random: () => number;

  constructor({ Retry: retriers = [] }: Pick<WorkingState, 'Retry'>, random: () => number) {
    this.#retriers = retriers;
    this.#made = retriers.map(() => 0);
    this.#random = random;
  }

  /** All retries of this visit: `$$.State.RetryCount`. */
  get count(): number {
    return this.#made.reduce((sum, made) => sum + made, 0);
  }

  /**
   * The first retrier that names the error decides: interval × rate^n seconds, at most its maximum, with full jitter
   * anything from 0 to that.
   *
   * @returns milliseconds to wait, or undefined when the error is not retried (any more)
   */
  next(error: string): number | undefined {
    const index = this.#retriers.findIndex(({ ErrorEquals }) => matchesError(ErrorEquals, error));
    const retrier = this.#retriers[index];
    const made = this.#made[index];
    if (!retrier || made === undefined || made >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#made[index] = made + 1;

    const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** made;
    const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return Math.floor(seconds * 1_000 * (retrier.JitterStrategy === 'FULL' ? this.#random() : 1));
  }
}
