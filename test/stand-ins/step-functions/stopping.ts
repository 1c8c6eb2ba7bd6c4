/** Unwinds a branch that was stopped from outside: no fault of its states, so nothing retries or catches it. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** @throws Stopped when the signal has aborted */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Stopped();
}

/** The work's outcome, unless the signal aborts first; what the work does later is then ignored. */
export function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Stopped());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Runs numbered pieces of work, at most `limit` at a time, started in order. The first that fails stops the others;
 * when all have unwound its fault is thrown.
 *
 * @param signal stops everything
 */
export async function together<T>(
  { count, limit, signal }: { readonly count: number; readonly limit: number; readonly signal: AbortSignal },
  run: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const failures: unknown[] = [];
  const results: T[] = new Array(count);
  let next = 0;

  await Promise.all(
    Array.from({ length: Math.min(limit, count) }, async () => {
      while (next < count && !either.aborted) {
        const index = next++;
        try {
          results[index] = await run(index, either);
        } catch (failure) {
          failures.push(failure);
          failed.abort();
        }
      }
    }),
  );

  stopIfAborted(signal);
  if (failures.length > 0) throw failures[0];
  return results;
}
