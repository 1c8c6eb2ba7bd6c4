import { normalizeValue, type RecordSet, sameAnswer } from '../dns/record-set.ts';

export type Decision =
  | { readonly action: 'keep' }
  | { readonly action: 'create'; readonly desired: RecordSet }
  | { readonly action: 'replace'; readonly current: RecordSet; readonly desired: RecordSet }
  | { readonly action: 'delete'; readonly current: RecordSet };

/**
 * Decides what becomes of one SRV record set that several owners may share.
 *
 * | our values wanted | found                       | decision                      |
 * | ----------------- | --------------------------- | ----------------------------- |
 * | some              | nothing                     | create                        |
 * | some              | exactly these               | keep                          |
 * | some              | others of ours, or theirs   | replace; theirs stay          |
 * | none              | only ours                   | delete                        |
 * | none              | ours and theirs             | replace by theirs             |
 * | none              | only theirs                 | keep                          |
 *
 * Pure: no clock, no I/O, no mutation. Deciding again on the outcome gives `keep`.
 *
 * @param wanted the values we publish under this name, with our TTL in seconds; values may be empty
 * @param current the set as it was read from Route 53, every owner's values included
 * @param isOurs tells our values by their target (design, section 3)
 */
export function decide(
  wanted: RecordSet,
  current: RecordSet | undefined,
  isOurs: (value: string) => boolean,
): Decision {
  const theirs = current?.values.filter((value) => !isOurs(value)) ?? [];
  const values = [...theirs, ...wanted.values];
  if (!current) return values.length > 0 ? { action: 'create', desired: wanted } : { action: 'keep' };
  if (theirs.length === current.values.length && wanted.values.length === 0) return { action: 'keep' };
  if (values.length === 0) return { action: 'delete', current };

  const ttl = theirs.length > 0 ? current.ttl : wanted.ttl;
  const desired = { ...wanted, ttl, values: inStableOrder(values) };
  return sameAnswer(desired, current) ? { action: 'keep' } : { action: 'replace', current, desired };
}

const inStableOrder = (values: readonly string[]) =>
  [...values].sort((one, other) => (normalizeValue('SRV', one) < normalizeValue('SRV', other) ? -1 : 1));
