import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds between two looks. */
const LOOK = 100;

/**
 * Looks until what is seen is as wanted.
 *
 * @param limit milliseconds
 * @returns what was seen last, and after how many milliseconds
 */
export async function seenWithin<T>(
  look: () => Promise<T>,
  wanted: (seen: T) => boolean,
  limit: number,
): Promise<{ readonly seen: T; readonly took: number; readonly ok: boolean }> {
  const begin = performance.now();
  for (;;) {
    const seen = await look();
    const took = performance.now() - begin;
    if (wanted(seen)) return { seen, took, ok: true };
    if (took > limit) return { seen, took, ok: false };
    await pause(LOOK);
  }
}

/** Whether the same endpoints are in both, each once; the order carries no meaning. */
export function same(seen: readonly string[], wanted: readonly string[]): boolean {
  return seen.length === wanted.length && new Set([...seen, ...wanted]).size === wanted.length;
}
