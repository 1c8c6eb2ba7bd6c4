import { type AddressFamily, isAddressSet, isBeside, typesInTheWay } from '../dns/address-family.ts';
import { canonicalIpv6 } from '../dns/ipv6.ts';
import { compareNames } from '../dns/name.ts';
import { addressOf, isIpv6, type Naming } from '../dns/ownership.ts';
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

/** IPv6 addresses by target, as the instances behind it have been seen: mostly one, several where they contradict each other. */
export type Beside = ReadonlyMap<string, readonly string[]>;

export interface AddressView {
  readonly naming: Naming;
  /** What is published; not given: IPv4, and nothing of type AAAA is changed. */
  readonly family?: AddressFamily;
  /** Record sets below our owner label, as read: of addresses, and CNAMEs, which allow no other set beside them. */
  readonly current: readonly RecordSet[];
  /** Targets whose record sets were looked for; undefined: the whole subtree was read. */
  readonly lookedFor?: ReadonlySet<string>;
  /** Where both families are published: what targets are to answer with beside the address of their name. */
  readonly beside?: Beside;
}

export const isMarked = (set: RecordSet, naming: Naming): boolean =>
  set.ttl === MARKED_TTL && isAddressSet(set, naming);

/**
 * Plans the address record sets of each target that is wanted (L9): what is missing is created, what has another TTL, a
 * marked one above all, is restored, and an IPv6 address that is another by now is exchanged. Targets that were not looked
 * for are left alone, and so is what others have there.
 */
export function planAddresses(wanted: ReadonlySet<string>, view: AddressView): readonly ChangeUnit[] {
  const current = Map.groupBy(addressSets(view), ({ ownerName }) => ownerName);
  const taken = takenTargets(view);
  return [...wanted].sort().flatMap((target): ChangeUnit[] => {
    const address = addressOf(target, view.naming);
    if (address === undefined || taken.has(target) || (view.lookedFor && !view.lookedFor.has(target))) return [];
    const found = current.get(target) ?? [];
    const beside = besideAt(target, found, view);
    const changes = [address, ...(beside === undefined ? [] : [beside])].flatMap((answer) => {
      const desired = addressSet(target, answer, ADDRESS_TTL);
      const standing = found.filter(({ type }) => type === desired.type);
      if (!mayChange(desired, view) || standing.some((set) => sameAnswer(set, desired))) return [];
      return exchange(standing, [desired]);
    });
    return changes.length > 0 ? [{ name: target, kind: 'address', changes, needs: [] }] : [];
  });
}

/** The IPv6 address beside the one that a target names: what stands there, unless all who were seen have another. */
function besideAt(target: string, found: readonly RecordSet[], { family, beside, naming }: AddressView) {
  if (family === undefined || family === 'ipv4') return undefined;
  const standing = found.find((set) => isBeside(set, naming));
  const seen = (family === 'dualstack' && beside?.get(target)) || [];
  const answer = standing && answerOf(standing);
  return answer !== undefined && (seen.length === 0 || seen.includes(answer)) ? answer : seen.toSorted()[0];
}

/** What targets are to answer with beside the address of their name, as endpoints show it. */
export function besideOf(endpoints: readonly { readonly target: string; readonly address6?: string }[]): Beside {
  const seen = Map.groupBy(
    endpoints.filter(({ address6 }) => address6 !== undefined),
    ({ target }) => target,
  );
  return new Map(
    [...seen].map(([target, all]) => [target, [...new Set(all.flatMap(({ address6 }) => address6 ?? []))]]),
  );
}

/** Targets at which something of others stands, so that our address record set cannot be made there: target → what it is. */
export function takenTargets({ current, naming, family }: AddressView): ReadonlyMap<string, string> {
  const inTheWay = current.filter((set) => {
    const address = addressOf(set.ownerName, naming);
    return address !== undefined && typesInTheWay(address, family).has(set.type) && !isAddressSet(set, naming);
  });
  return new Map(
    inTheWay.map(({ ownerName, type, policy, values }) => {
      const routed = policy === 'simple' ? '' : ` with ${policy} routing`;
      const answer = values.length > 0 ? ` (${printable(values.map(valueText).join(', '), 80)})` : '';
      const article = type === 'CNAME' ? 'a' : 'an';
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
 * The sets of one target go together. Where IPv4 alone is published, an IPv6 address beside it is needed by nobody.
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
  const isUsed = (name: string) => used.has(name) || hosts.has(name);
  const isIdle = (set: RecordSet) => !isUsed(set.ownerName) || (view.family === 'ipv4' && isBeside(set, view.naming));
  const unused = byTarget(addressSets(view).filter(isIdle));
  const since = new Map(
    unused.map(([target, sets]) => [target, areMarked(sets, view) ? (idle[target] ?? now) : now] as const),
  );
  return {
    idle: Object.fromEntries(since),
    units: unused.flatMap(([target, sets]) => {
      if (!areMarked(sets, view)) return [marking(sets, view)];
      return now - (since.get(target) ?? now) >= RETIREMENT ? [removalOf(sets)] : [];
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
  return byTarget(addressSets(view)).flatMap(([target, sets]) => {
    if (!areMarked(sets, view)) return [marking(sets, view)];
    return used.has(target) ? [] : [removalOf(sets)];
  });
}

function addressSet(target: string, answer: string, ttl: number): RecordSet {
  return { ownerName: target, type: isIpv6(answer) ? 'AAAA' : 'A', ttl, values: [answer], policy: 'simple' };
}

const areMarked = (sets: readonly RecordSet[], { naming }: AddressView) => sets.every((set) => isMarked(set, naming));

/** @param sets of one target */
function marking(sets: readonly RecordSet[], { naming }: AddressView): ChangeUnit {
  const changes = sets
    .filter((set) => !isMarked(set, naming))
    .flatMap((set) => exchange([set], [addressSet(set.ownerName, answerOf(set), MARKED_TTL)]));
  return { name: sets[0]?.ownerName ?? '', kind: 'address-mark', changes, needs: [] };
}

/** @param sets of one name */
export const removalOf = (sets: readonly RecordSet[], changes = exchange(sets, [])): ChangeUnit => ({
  name: sets[0]?.ownerName ?? '',
  kind: 'address-removal',
  changes,
  needs: [],
});

/** The address that a set of ours answers with. */
const answerOf = ({ values: [value = ''] }: RecordSet) => canonicalIpv6(valueText(value)) ?? valueText(value);

/** In Route 53's order. */
const byTarget = (sets: readonly RecordSet[]) =>
  [...Map.groupBy(sets, ({ ownerName }) => ownerName)].sort(([one], [other]) => compareNames(one, other));

/** Those of ours that this deployment may change. */
const addressSets = (view: AddressView) =>
  view.current.filter((set) => isAddressSet(set, view.naming) && mayChange(set, view));

const mayChange = ({ type }: RecordSet, { family }: AddressView) => type === 'A' || family !== undefined;
