import { MAX_CHARACTERS_PER_BATCH, MAX_VALUES_PER_SET } from './quotas.ts';

/** What one atomic replacement of a record set has to carry besides our values, in values and characters. */
export interface Occupied {
  readonly values: number;
  readonly characters: number;
}

/**
 * Splits our values under one name into what its record set can take and what is left over.
 *
 * A replacement carries the old and the new values in one batch, so the characters of the set as it will stand may be
 * half of the batch's: a set grown past that could never be changed atomically again.
 *
 * @param wanted in the order of preference: those already published first, so that the subset is stable
 */
export function fitRecordSet<T extends { readonly value: string }>(
  wanted: readonly T[],
  theirs: Occupied,
): { readonly fits: readonly T[]; readonly over: readonly T[] } {
  let { values, characters } = theirs;
  const fits: T[] = [];
  const over: T[] = [];
  for (const candidate of wanted) {
    const room =
      values + 1 <= MAX_VALUES_PER_SET && 2 * (characters + candidate.value.length) <= MAX_CHARACTERS_PER_BATCH;
    if (!room) {
      over.push(candidate);
      continue;
    }
    values += 1;
    characters += candidate.value.length;
    fits.push(candidate);
  }
  return { fits, over };
}
