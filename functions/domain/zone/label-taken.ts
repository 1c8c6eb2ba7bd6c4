import { isAddressSet } from '../dns/address-family.ts';
import { isAddressName, isAddressType } from '../dns/address-name.ts';
import { escapeName, isBelow } from '../dns/name.ts';
import { type Naming, ownerSubtree } from '../dns/ownership.ts';
import type { RecordSet } from '../dns/record-set.ts';

/** Record sets that a message names at most. */
const NAMED = 3;

/**
 * The record sets below an owner label that no deployment of ours makes (design, section 3), and those at the label beside
 * which it cannot be used.
 *
 * | stands                                                              | is a stranger's |
 * | ------------------------------------------------------------------- | --------------- |
 * | below the label: an address record set of ours, of either family     | no             |
 * | below `_address.<owner>.<zone>`: a simple A or AAAA set               | no              |
 * | below the label: anything else, of whatever type or routing           | yes             |
 * | at the label: a CNAME, beside which no marker can stand; a delegation (NS), below which nothing of this zone is answered | yes |
 * | at the label: anything else                                           | no: it stands beside the marker |
 *
 * @param sets at and below the label, or the whole zone
 */
export function strangers(sets: readonly RecordSet[], naming: Naming): readonly RecordSet[] {
  const subtree = ownerSubtree(naming);
  return sets.filter((set) => {
    if (set.ownerName === subtree) return set.type === 'CNAME' || set.type === 'NS';
    if (!isBelow(set.ownerName, subtree) || isAddressSet(set, naming)) return false;
    return !(isAddressType(set.type) && set.policy === 'simple' && isAddressName(set.ownerName, naming));
  });
}

/** For people: `node1.ecs.shop.internal. (A), node2.ecs.shop.internal. (A) and 4 more`. */
export function namesOfSets(sets: readonly RecordSet[]): string {
  const named = sets.slice(0, NAMED).map(({ ownerName, type }) => `${escapeName(ownerName)} (${type})`);
  return `${named.join(', ')}${sets.length > NAMED ? ` and ${sets.length - NAMED} more` : ''}`;
}
