import type { Staying } from '../judging/judgement.ts';
import type { PlanSettings } from './plan.ts';

type Published = Pick<Staying, 'claim' | 'entry'>;

/**
 * How long resolvers may cache the answer of a name, in seconds: of one name the same in all of its record sets, since
 * weighted ones must share it.
 *
 * | a value that stays                       | says                                                       |
 * | ---------------------------------------- | ---------------------------------------------------------- |
 * | its instance declares a TTL              | that                                                       |
 * | its instance declares none               | `recordTtl`                                                |
 * | its instance was not seen                | what is remembered that it declares                        |
 * | nobody knows whose it is                 | `recordTtl`, or less where less stands: it may be the one that wants it |
 *
 * The lowest counts, and never less than `minimumTtl`. So it follows from what is published alone: an event run, which
 * sees some of the instances, comes to the same as a full one.
 *
 * @param standing TTL of our sets as they stand; undefined: none does
 */
export function ttlOf(
  stays: readonly Published[],
  standing: number | undefined,
  { recordTtl, minimumTtl = recordTtl }: Pick<PlanSettings, 'recordTtl' | 'minimumTtl'>,
): number {
  const nobodys = Math.min(standing ?? recordTtl, recordTtl);
  const said = stays.map((one) => (one.claim || one.entry ? (declaredTtl(one) ?? recordTtl) : nobodys));
  const lowest = said.reduce((least, one) => Math.min(least, one), said[0] ?? recordTtl);
  return Math.max(minimumTtl, lowest);
}

export const declaredTtl = ({ claim, entry }: Published): number | undefined => (claim ?? entry)?.ttl;

/** What instances of one name declare, where they differ, the lowest first: undefined at last where some say nothing. */
export function differingTtls(stays: readonly Published[]): readonly (number | undefined)[] {
  const all = new Set(stays.filter(({ claim, entry }) => claim ?? entry).map(declaredTtl));
  // `undefined` is sorted last, whatever is compared.
  return all.size > 1 ? [...all].sort((one = 0, other = 0) => one - other) : [];
}
