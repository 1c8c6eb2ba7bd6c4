import { delay } from '../../../test/stand-ins/timers.ts';

/** Times of waiting, milliseconds. */
export interface RestartDelays {
  /** Between the loss of a task and the start of the next one. */
  readonly replacementDelayMs: number;
  /** The longest time between two tries of what does not start. */
  readonly longestDelayMs: number;
}

/** When a service's lost tasks are replaced: later and later while they do not even start (service-throttle-logic). */
export interface Restarts {
  /** How many tasks wait to be replaced. */
  waiting(): number;
  /** A task that had been running well is gone. */
  lost(): void;
  /** One did not start, or ended at once. Gives the time to the next try in milliseconds, and how many tries failed. */
  failed(): { readonly delayMs: number; readonly failures: number };
  /** One runs well: the next failure is the first again. */
  proved(): void;
  /** A new deployment: nothing waits any more. */
  reset(): void;
}

/** @param again called whenever fewer tasks wait than before */
export function restarts({ replacementDelayMs, longestDelayMs }: RestartDelays, again: () => void): Restarts {
  const replacements = new Set<() => void>();
  let failures = 0;
  let failed = 0;
  /** All that failed meanwhile wait for the same try. */
  let retry: { readonly cancel: () => void; readonly delayMs: number } | undefined;
  const forget = (): void => {
    for (const cancel of replacements) cancel();
    replacements.clear();
    retry?.cancel();
    retry = undefined;
    failed = 0;
  };
  return {
    waiting: () => replacements.size + failed,
    lost: () => {
      const cancel = delay(replacementDelayMs, () => {
        replacements.delete(cancel);
        again();
      });
      replacements.add(cancel);
    },
    failed: () => {
      failed += 1;
      if (!retry) {
        failures += 1;
        const delayMs = Math.min(longestDelayMs, replacementDelayMs * 2 ** Math.min(failures - 1, 20));
        const cancel = delay(delayMs, () => {
          retry = undefined;
          failed = 0;
          again();
        });
        retry = { cancel, delayMs };
      }
      return { delayMs: retry.delayMs, failures };
    },
    proved: () => {
      failures = 0;
    },
    reset: () => {
      forget();
      failures = 0;
    },
  };
}
