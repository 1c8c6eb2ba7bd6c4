import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 100;

/**
 * Looks again and again until there is something, or the signal aborts.
 *
 * @throws the signal's reason; with the last look's error as its cause
 */
export async function until<T>(look: () => Promise<T | undefined>, signal: AbortSignal): Promise<T> {
  let last: unknown;
  for (;;) {
    if (signal.aborted) throw new Error(String(signal.reason?.message ?? signal.reason), { cause: last });
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}
