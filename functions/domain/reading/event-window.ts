/** Seconds that an execution waits after its window's end: what was queued within it is there by then. */
export const SETTLE_SECONDS = 1;
/** Milliseconds after which a window is long past: an execution of it, started again by hand, runs in full. */
export const WINDOW_LIFETIME = 10 * 60_000;

export interface EventWindow {
  /** Names the execution, so that Step Functions itself keeps it single: `events-2026-11-22T20-31-05Z`. */
  readonly execution: string;
  /** When the execution begins to drain the queue: its window's end and a second; ISO 8601, whole seconds. */
  readonly window: string;
}

/**
 * The window that a moment belongs to.
 *
 * @param now milliseconds since the epoch
 * @param length whole seconds
 */
export function windowOf(now: number, length: number): EventWindow {
  const end = (Math.floor(now / (length * 1_000)) + 1) * length * 1_000;
  const window = `${new Date(end + SETTLE_SECONDS * 1_000).toISOString().slice(0, 19)}Z`;
  return { execution: `events-${window.replaceAll(':', '-')}`, window };
}

/** Seconds until messages that were received `times` before are tried again: 2, 4, 8 … at most five minutes. */
export function backoff(times: number): number {
  return Math.min(300, 2 ** Math.min(Math.max(1, times), 10));
}
