import { compareNames } from '../dns/name.ts';
import type { RecordSet } from '../dns/record-set.ts';

/** A piece of the zone from some name on, as one reading gave it. */
export interface Page {
  readonly recordSets: readonly RecordSet[];
  /** Everything up to this name, and not at it, is there; absent: up to the end of the zone. */
  readonly before?: string;
}

/** Nobody knows by which form such a name sorts, and a dot in a label sorts in among the names below. */
export const isEscaped = (name: string): boolean => /[^a-z0-9._-]/.test(name);

/**
 * How many of some names, in Route 53's order, a page tells all of that begins at the first of them.
 *
 * | the page ends                        | names it tells all of             |
 * | ------------------------------------ | --------------------------------- |
 * | with the zone                        | all                               |
 * | within the first name                | none                              |
 * | at a name that is written escaped    | the first: who knows what is between it and the others |
 * | at any other name                    | those before that one             |
 */
export function namesWithin({ before }: Pick<Page, 'before'>, names: readonly string[]): number {
  if (before === undefined) return names.length;
  if (before === names[0]) return 0;
  if (isEscaped(before)) return Math.min(1, names.length);
  const beyond = names.findIndex((name) => compareNames(name, before) >= 0);
  return beyond === -1 ? names.length : beyond;
}

/** Readings of the zone that go on side by side. */
export const READ_AT_ONCE = 5;

/**
 * Cuts names that are left into stretches that are read side by side, each page by page.
 *
 * @param told of how many names the last page told: a dense zone takes few stretches, so that their pages do not overlap
 */
export function stretches(names: readonly string[], told: number): readonly (readonly string[])[] {
  const many = Math.min(READ_AT_ONCE, Math.ceil(names.length / Math.max(1, told)));
  const each = Math.ceil(names.length / Math.max(1, many));
  return Array.from({ length: many }, (_, index) => names.slice(index * each, (index + 1) * each)).filter(
    (stretch) => stretch.length > 0,
  );
}
