import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks again and again until there is something.
 *
 * @param every pause between two looks, seconds
 * @throws the signal's reason when it aborts
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  { every, signal }: { readonly every: number; readonly signal: AbortSignal },
): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    await sleep(every * 1_000, undefined, { signal });
  }
}
