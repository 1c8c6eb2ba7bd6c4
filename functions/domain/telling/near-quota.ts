import type { RecordSet } from '../dns/record-set.ts';
import type { NamePlan } from '../plan/name-plan.ts';
import { MAX_CHARACTERS_PER_BATCH, MAX_SETS_PER_NAME, MAX_SETS_PER_ZONE, MAX_VALUES_PER_SET } from '../words/quotas.ts';
import { charactersIn } from '../zone/capacity.ts';
import { type ChangeUnit, setsOfChanges } from '../zone/change.ts';
import { isPartForm } from '../zone/spread.ts';

/** From this share of a quota on people are told, before it hurts. */
export const NEAR_SHARE = 0.8;

/** A quota of Route 53 that is nearly used up. */
export interface NearQuota {
  readonly quota:
    | 'values in one record set'
    | 'record sets of one name'
    | 'characters of one change'
    | 'records in the zone';
  /** Owner name; absent for the zone as a whole. */
  readonly name?: string;
  readonly used: number;
  readonly limit: number;
}

/**
 * The quotas of which a plan uses 80 % or more, as everything stands once it is applied.
 *
 * The characters of a name are those of a change that replaces all of its values: the old ones and as many new ones. The
 * parts of a spread name are changed by themselves.
 *
 * @param total record sets in the zone as it was read; undefined where only some names were
 */
export function nearQuotas(
  { names, units }: { readonly names: readonly NamePlan[]; readonly units: readonly ChangeUnit[] },
  total?: number,
): readonly NearQuota[] {
  const changes = units.flatMap((unit) => unit.changes);
  const created = setsOfChanges(changes, 'CREATE').length;
  const zone: readonly NearQuota[] =
    total === undefined
      ? []
      : [{ quota: 'records in the zone', used: total + 2 * created - changes.length, limit: MAX_SETS_PER_ZONE }];
  return [...zone, ...names.flatMap(({ name, after }) => usageAt(name, after))].filter(
    ({ used, limit }) => used >= NEAR_SHARE * limit,
  );
}

function usageAt(name: string, sets: readonly RecordSet[]): readonly NearQuota[] {
  const largest = Math.max(0, ...sets.map(({ values }) => values.length));
  const identified = sets.filter(({ policy }) => policy !== 'simple').length;
  const together = sets.filter((set) => !isPartForm(set));
  return [
    { quota: 'values in one record set', name, used: largest, limit: MAX_VALUES_PER_SET },
    { quota: 'record sets of one name', name, used: identified, limit: MAX_SETS_PER_NAME },
    { quota: 'characters of one change', name, used: 2 * charactersIn(together), limit: MAX_CHARACTERS_PER_BATCH },
  ];
}
