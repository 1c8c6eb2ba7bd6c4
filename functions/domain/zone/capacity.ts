import { lengthOf, type RecordSet, type Routing, type Value } from '../dns/record-set.ts';
import { MAX_CHARACTERS_PER_BATCH, MAX_PART_OCTETS, MAX_SETS_PER_NAME, MAX_VALUES_PER_SET } from '../words/quotas.ts';
import { isShared } from './routing.ts';

/** What one name can hold. */
export interface Capacity {
  /** Values of a simple set. */
  readonly values: number;
  /** Characters of these values: half of what one batch carries, so that they can be replaced. */
  readonly characters: number;
  /** Sets with an identifier. */
  readonly sets: number;
  /** Octets of the answer that holds one part of a spread name. */
  readonly octets: number;
}

export const CAPACITY: Capacity = {
  values: MAX_VALUES_PER_SET,
  characters: MAX_CHARACTERS_PER_BATCH / 2,
  sets: MAX_SETS_PER_NAME,
  octets: MAX_PART_OCTETS,
};

/** What our values at one name may take. */
export interface Room {
  /** Values of one simple set, or sets of one value each. */
  readonly values: number;
  readonly characters: number;
}

/**
 * The room that others and the size of one atomic change leave for our values at a name.
 *
 * A replacement carries the old and the new values in one batch, so the characters as they will stand may be half of the
 * batch's: what has grown past that could never be changed atomically again. What already has may shrink to what the
 * batch has left.
 *
 * @param current the SRV sets at the name
 */
export function roomAt(
  current: readonly RecordSet[],
  routing: Routing,
  { isOurs, capacity = CAPACITY }: { readonly isOurs: (value: Value) => boolean; readonly capacity?: Capacity },
): Room {
  const replaced = current.filter((set) => set.policy === 'simple' || !isShared(set, isOurs));
  const limit = Math.min(capacity.characters, MAX_CHARACTERS_PER_BATCH - charactersIn(replaced));
  const theirs = replaced.flatMap(({ values }) => values.filter((value) => !isOurs(value)));
  const others = current.length - replaced.length;
  return {
    values: routing === 'simple' ? capacity.values - theirs.length : capacity.sets - others,
    characters: limit - charactersOf(theirs),
  };
}

/**
 * Splits our values under one name into what there is room for and what is left over.
 *
 * @param wanted in the order of preference: those already published first, so that the subset is stable
 */
export function fitInto<T extends { readonly value: Value }>(
  wanted: readonly T[],
  room: Room,
): { readonly fits: readonly T[]; readonly over: readonly T[] } {
  let { values, characters } = room;
  const fits: T[] = [];
  const over: T[] = [];
  for (const claim of wanted) {
    const length = lengthOf(claim.value);
    if (values < 1 || characters < length) {
      over.push(claim);
      continue;
    }
    values -= 1;
    characters -= length;
    fits.push(claim);
  }
  return { fits, over };
}

export const charactersOf = (values: readonly Value[]) => values.reduce((sum, value) => sum + lengthOf(value), 0);
export const charactersIn = (sets: readonly RecordSet[]) => charactersOf(sets.flatMap(({ values }) => values));
