import { compareNames } from '../dns/name.ts';
import { addressOf, type Naming, targetOf } from '../dns/ownership.ts';
import { type RecordSet, sameAnswer, valueText } from '../dns/record-set.ts';
import { printable } from '../words/text.ts';
import { type ChangeUnit, exchange } from './change.ts';

/** What a target's name stands for never changes, so resolvers may keep it for an hour (RFC 1035 section 3.2.1: seconds). */
export const ADDRESS_TTL = 3_600;
/** TTL of a marked set, in seconds: nothing has needed it, and a later full run may delete it. */
export const MARKED_TTL = 60;
/**
 * Milliseconds from mark to deletion: longer than any run may last, so that every plan that was made before the mark has
 * ended by then; whoever plans later sees the mark and restores the set, which the deletion of exactly the mark then misses.
 */
export const RETIREMENT = 60 * 60_000;

export interface AddressView {
  readonly naming: Naming;
  /** Record sets below our owner label, as read: of type A, and CNAMEs, which allow no other set beside them. */
  readonly current: readonly RecordSet[];
  /** Targets whose record sets were looked for; undefined: the whole subtree was read. */
  readonly lookedFor?: ReadonlySet<string>;
}

/** Whether a set is one of our address record sets, as it is while it is in use or while it is marked. */
export function isAddressSet({ type, policy, ownerName, values }: RecordSet, naming: Naming): boolean {
  const [address, ...more] = values;
  const own = address !== undefined && more.length === 0 && addressOf(ownerName, naming) === address;
  return type === 'A' && policy === 'simple' && own;
}

export const isMarked = (set: RecordSet, naming: Naming): boolean =>
  set.ttl === MARKED_TTL && isAddressSet(set, naming);

/**
 * Plans the address record set of each target that is wanted (L9): what is missing is created, what has another TTL, a
 * marked one above all, is restored. Targets that were not looked for are left alone, and so is what others have there.
 */
export function planAddresses(wanted: ReadonlySet<string>, view: AddressView): readonly ChangeUnit[] {
  const current = new Map(addressSets(view).map((set) => [set.ownerName, set]));
  const taken = takenTargets(view);
  return [...wanted].sort().flatMap((target): ChangeUnit[] => {
    const address = addressOf(target, view.naming);
    if (address === undefined || taken.has(target) || (view.lookedFor && !view.lookedFor.has(target))) return [];
    const desired = addressSet(address, ADDRESS_TTL, view.naming);
    const found = current.get(target);
    if (found && sameAnswer(found, desired)) return [];
    return [{ name: target, kind: 'address', changes: exchange(found ? [found] : [], [desired]), needs: [] }];
  });
}

/** Targets at which something of others stands, so that our address record set cannot be made there: target → what it is. */
export function takenTargets({ current, naming }: AddressView): ReadonlyMap<string, string> {
  const inTheWay = current.filter(
    (set) =>
      (set.type === 'A' || set.type === 'CNAME') &&
      addressOf(set.ownerName, naming) !== undefined &&
      !isAddressSet(set, naming),
  );
  return new Map(
    inTheWay.map(({ ownerName, type, policy, values }) => {
      const routed = policy === 'simple' ? '' : ` with ${policy} routing`;
      const answer = values.length > 0 ? ` (${printable(values.map(valueText).join(', '), 80)})` : '';
      const article = type === 'A' ? 'an' : 'a';
      return [ownerName, `${article} ${type} record set${routed}${answer} stands in place of our address record set`];
    }),
  );
}

/** Marked address record sets: target → since when, in milliseconds since the epoch. It may be lost: what it lacks is marked now. */
export type IdleAddresses = Readonly<Record<string, number>>;

/**
 * Retires, in two full runs, the address record sets that no value names and whose host is absent (design, section 4).
 *
 * | such a set               | this run                                       |
 * | ------------------------ | ---------------------------------------------- |
 * | not marked               | marks it: DELETE of what was read, CREATE with `MARKED_TTL` |
 * | marked less than an hour ago, or nobody knows when | leaves it            |
 * | marked an hour ago       | deletes it, exactly as marked                  |
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
  const unused = sorted(view).filter(({ ownerName }) => !used.has(ownerName) && !hosts.has(ownerName));
  const since = new Map(
    unused.map((set) => [set.ownerName, isMarked(set, view.naming) ? (idle[set.ownerName] ?? now) : now]),
  );
  return {
    idle: Object.fromEntries(since),
    units: unused.flatMap((set) => {
      if (!isMarked(set, view.naming)) return [marking(set, view.naming)];
      return now - (since.get(set.ownerName) ?? now) >= RETIREMENT ? [removalOf(set)] : [];
    }),
  };
}

/** What is kept of marks, on top of what overlapping runs have kept meanwhile: of one set the later mark counts. */
export function mergeIdle(
  stored: IdleAddresses,
  { idle, now }: { readonly idle: IdleAddresses; readonly now: number },
): IdleAddresses {
  const own = Object.entries(idle).map(([target, since]) => [target, Math.max(since, stored[target] ?? since)]);
  return {
    ...Object.fromEntries(Object.entries(stored).filter(([, since]) => since > now)),
    ...Object.fromEntries(own),
  };
}

/**
 * The same without the wait, once the deployment is withdrawn and nothing publishes any more: the first full run marks
 * every set, later ones delete those that are marked and that no value names.
 */
export function withdrawAddresses(view: AddressView, used: ReadonlySet<string>): readonly ChangeUnit[] {
  return sorted(view).flatMap((set) => {
    if (!isMarked(set, view.naming)) return [marking(set, view.naming)];
    return used.has(set.ownerName) ? [] : [removalOf(set)];
  });
}

function addressSet(address: string, ttl: number, naming: Naming): RecordSet {
  return { ownerName: targetOf(address, naming), type: 'A', ttl, values: [address], policy: 'simple' };
}

const marking = (found: RecordSet, naming: Naming): ChangeUnit => ({
  name: found.ownerName,
  kind: 'address-mark',
  changes: exchange([found], [addressSet(valueText(found.values[0] ?? ''), MARKED_TTL, naming)]),
  needs: [],
});

export const removalOf = (found: RecordSet, changes = exchange([found], [])): ChangeUnit => ({
  name: found.ownerName,
  kind: 'address-removal',
  changes,
  needs: [],
});

const sorted = (view: AddressView) =>
  addressSets(view).toSorted((one, other) => compareNames(one.ownerName, other.ownerName));

const addressSets = ({ current, naming }: AddressView) => current.filter((set) => isAddressSet(set, naming));
