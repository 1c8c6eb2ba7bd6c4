/** Cuts a list into pieces of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/**
 * Runs `work` for every item, at most `limit` at a time, results in the items' order. After the first fault nothing more
 * is begun.
 *
 * @param limit a whole number, at least 1
 * @throws RangeError for another limit; else the first fault of `work`
 */
export async function pool<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  // With no worker nothing would be done, and it would look done.
  if (!Number.isInteger(limit) || limit < 1)
    throw new RangeError(`got limit ${limit}, want a whole number, at least 1`);
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item, index);
      } catch (fault) {
        failed = true;
        throw fault;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
