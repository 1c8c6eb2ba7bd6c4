/** Milliseconds after which a window is long past: an execution of it, started again by hand, runs in full. */
export const WINDOW_LIFETIME = 10 * 60_000;
/** Milliseconds by which the clocks of two callers may disagree: so close to its begin a window may have begun for another. */
export const CLOCKS_APART = 100;

/** An execution of events, one a window. */
export interface WindowStart {
  /** Names the execution, so that Step Functions itself keeps it single: `events-2026-11-22T20-31-04Z`. */
  readonly execution: string;
  /** When its window begins; ISO 8601, whole seconds. One that waits drains the queue from then on. */
  readonly window: string;
  /** The same in milliseconds since the epoch. */
  readonly begins: number;
  /** Whether it waits for its window; else it runs at once, within it. */
  readonly waits: boolean;
}

/**
 * What the first event of a window starts: a run at once.
 *
 * @param now milliseconds since the epoch
 * @param length of a window, in whole seconds
 */
export function atOnce(now: number, length: number): WindowStart {
  return { ...windowFrom(Math.floor(now / (length * 1_000)) * length * 1_000), waits: false };
}

/** The first window that has not begun yet for anybody: its execution waits for that, and finds whatever was queued before. */
export function nextWindow(now: number, length: number): WindowStart {
  return { ...windowFrom((Math.floor((now + CLOCKS_APART) / (length * 1_000)) + 1) * length * 1_000), waits: true };
}

/**
 * Which execution is started next, so that somebody looks for a message that is queued already.
 *
 * | asked for          | Step Functions    | the clock, once it has answered | follows                |
 * | ------------------ | ----------------- | ------------------------------- | ---------------------- |
 * | one at once        | has started it    | any                             | nothing                |
 * | one at once        | knows it already  | any                             | the next window        |
 * | one that waits     | either of the two | before its window begins        | nothing                |
 * | one that waits     | either of the two | later                           | the window after       |
 *
 * One that waits is asked for with the same input by everybody, and an equal one that runs is answered as if it had been
 * started. So once its window has begun nobody can tell whether it has looked into the queue already. Where answers take
 * long, the next one is asked for so far ahead that its answer comes in time.
 *
 * @param took milliseconds until the answer
 */
export function startAfter(
  asked: Pick<WindowStart, 'begins' | 'waits'>,
  answer: 'started' | 'exists',
  { now, took, length }: { readonly now: number; readonly took: number; readonly length: number },
): WindowStart | undefined {
  const comes = asked.waits ? now + CLOCKS_APART < asked.begins : answer === 'started';
  return comes ? undefined : nextWindow(now + took, length);
}

function windowFrom(begins: number): Pick<WindowStart, 'execution' | 'window' | 'begins'> {
  const window = `${new Date(begins).toISOString().slice(0, 19)}Z`;
  return { execution: `events-${window.replaceAll(':', '-')}`, window, begins };
}

/** Seconds until messages that were received `times` before are tried again: 2, 4, 8 … at most five minutes. */
export function backoff(times: number): number {
  return Math.min(300, 2 ** Math.min(Math.max(1, times), 10));
}
