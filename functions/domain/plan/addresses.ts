import { compareNames, isBelow } from '../dns/name.ts';
import { addressOf, type Naming, ownerSubtree } from '../dns/naming.ts';
import { type RecordSet, sameAnswer } from '../dns/record-set.ts';
import type { ChangeUnit } from './change.ts';

/** What a target's name stands for never changes, so resolvers may keep it for an hour (RFC 1035 section 3.2.1: seconds). */
export const ADDRESS_TTL = 3_600;

export interface AddressView {
  readonly naming: Naming;
  /** A record sets below our owner label, as read. */
  readonly current: readonly RecordSet[];
  /** Targets whose record sets were looked for; undefined: the whole subtree was read. */
  readonly lookedFor?: ReadonlySet<string>;
}

/** Plans the missing or wrong address record set of each target that is wanted (L9). Targets that were not looked for are left alone. */
export function planAddresses(wanted: ReadonlySet<string>, view: AddressView): readonly ChangeUnit[] {
  const current = new Map(addressSets(view).map((set) => [set.ownerName, set]));
  return [...wanted].sort().flatMap((target): ChangeUnit[] => {
    const address = addressOf(target, view.naming);
    if (address === undefined || (view.lookedFor && !view.lookedFor.has(target))) return [];
    const desired: RecordSet = { ownerName: target, type: 'A', ttl: ADDRESS_TTL, values: [address], policy: 'simple' };
    const found = current.get(target);
    if (found && sameAnswer(found, desired)) return [];
    const unit = { name: target, kind: 'address' as const, needs: [] };
    if (!found) return [{ ...unit, changes: [{ action: 'CREATE', recordSet: desired }] }];
    return [
      {
        ...unit,
        changes: [
          { action: 'DELETE', recordSet: found },
          { action: 'CREATE', recordSet: desired },
        ],
      },
    ];
  });
}

/** Addresses that a full run found unused and without a host: target → when first, in milliseconds since the epoch. */
export type IdleAddresses = Readonly<Record<string, number>>;

/**
 * Removes address record sets that the second full run in a row finds unused, their host absent (design, section 4).
 *
 * @param used targets of every SRV value, as read and as planned
 * @param hosts targets of every address that an observed host or task has
 */
export function retireAddresses(
  view: AddressView,
  {
    used,
    hosts,
    idle,
    now,
  }: {
    readonly used: ReadonlySet<string>;
    readonly hosts: ReadonlySet<string>;
    readonly idle: IdleAddresses;
    readonly now: number;
  },
): { readonly units: readonly ChangeUnit[]; readonly idle: IdleAddresses } {
  const unused = addressSets(view)
    .filter(({ ownerName }) => !used.has(ownerName) && !hosts.has(ownerName))
    .sort((one, other) => compareNames(one.ownerName, other.ownerName));
  return {
    idle: Object.fromEntries(unused.map(({ ownerName }) => [ownerName, idle[ownerName] ?? now])),
    units: unused.filter(({ ownerName }) => idle[ownerName] !== undefined).map(removalOf),
  };
}

/** Removes every address record set that no value names, at once: the deployment is withdrawn. */
export function withdrawAddresses(view: AddressView, used: ReadonlySet<string>): readonly ChangeUnit[] {
  return addressSets(view)
    .filter(({ ownerName }) => !used.has(ownerName))
    .sort((one, other) => compareNames(one.ownerName, other.ownerName))
    .map(removalOf);
}

const removalOf = (recordSet: RecordSet): ChangeUnit => ({
  name: recordSet.ownerName,
  kind: 'address-removal',
  changes: [{ action: 'DELETE', recordSet }],
  needs: [],
});

function addressSets({ current, naming }: AddressView): readonly RecordSet[] {
  const subtree = ownerSubtree(naming);
  return current.filter(
    ({ type, policy, ownerName }) => type === 'A' && policy === 'simple' && isBelow(ownerName, subtree),
  );
}
