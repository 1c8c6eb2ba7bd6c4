import { delay } from './timers.ts';

/** Time as the stand-ins see it, so that tests and models can drive it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal aborts: ask the signal which it was. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. A sleeper that is stopped leaves no timer behind. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = (): void => {
        cancel();
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const cancel = delay(ms, end);
      signal?.addEventListener('abort', end, { once: true });
    }),
};

/** A clock that stands still until it is told to move. */
export interface VirtualClock extends Clock {
  /** Moves on by so many milliseconds, waking the sleepers on the way in the order of their time. */
  advance(ms: number): Promise<void>;
  /** Jumps from sleeper to sleeper until the work is done, which may wait for nothing but this clock. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Stands still while this work is under way, which knows nothing of this clock: real input and output. */
  hold<T>(work: Promise<T>): Promise<T>;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** @param start milliseconds since the epoch */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let time = start;
  const sleepers = new Set<Sleeper>();
  const held = new Set<Promise<unknown>>();
  const quiet = async (): Promise<void> => {
    for (await idle(); held.size > 0; await idle()) await Promise.allSettled(held);
  };
  const earliest = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (!first || sleeper.due < first.due) first = sleeper;
    return first;
  };
  const wakeUntil = async (end: number): Promise<void> => {
    for (let next = earliest(); next && next.due <= end; next = earliest()) {
      time = Math.max(time, next.due);
      next.wake();
      await quiet();
    }
  };

  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { due: time + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake, { once: true });
      }),
    async advance(ms) {
      const end = time + ms;
      await quiet();
      await wakeUntil(end);
      time = end;
    },
    async run(work) {
      let done = false;
      const settled = work.finally(() => {
        done = true;
      });
      settled.catch(() => {}); // whoever awaits the work hears of it
      await quiet();
      for (let next = earliest(); !done && next; next = earliest()) await wakeUntil(next.due);
      return settled;
    },
    hold(work) {
      const under = work.finally(() => held.delete(under));
      held.add(under);
      return under;
    },
  };
}

/** Lets everything run that waits for no timer. */
function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
