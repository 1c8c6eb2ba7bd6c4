import { isAddressSet, isBeside } from '../dns/address-family.ts';
import { isAddressName } from '../dns/address-name.ts';
import { canonicalIpv6 } from '../dns/ipv6.ts';
import { compareNames, isBelow } from '../dns/name.ts';
import { addressOf, type Naming, ownerSubtree } from '../dns/ownership.ts';
import { type RecordSet, valueText } from '../dns/record-set.ts';
import { ADDRESS_TTL, type Beside } from './addresses.ts';
import { isEscaped, type Page } from './pages.ts';

/** What the first page of our subtree told of its address record sets. */
export interface KnownAddresses {
  /**
   * Addresses whose targets have the record set that we want: shorter than the targets, since they cross states. Of an IPv6
   * address beside one of IPv4 both: `10.0.1.23 2001:db8::1`.
   */
  readonly right: readonly string[];
  /** Names of our subtree at which something else stands, a marked address record set too: that is to be restored. */
  readonly wrong: readonly string[];
  readonly before?: string;
}

/**
 * Whether a page that began at or before a target of ours reaches beyond it: what it lacks is not there.
 *
 * A page that ends at an escaped name is taken to reach nothing: such a name sorts in where it does not belong.
 */
export function reaches({ before }: Pick<Page, 'before'>, target: string, naming: Naming): boolean {
  if (before === undefined) return true;
  if (isEscaped(before)) return false;
  return !isBelow(before, ownerSubtree(naming)) || compareNames(target, before) < 0;
}

/** @param page begins at the top of our subtree */
export function knownAddresses({ recordSets, before }: Page, naming: Naming): KnownAddresses {
  const subtree = ownerSubtree(naming);
  const below = [...new Set(recordSets.map(({ ownerName }) => ownerName))].filter(
    (name) => isBelow(name, subtree) && !isAddressName(name, naming),
  );
  const right = recordSets.filter((set) => isAddressSet(set, naming) && set.ttl === ADDRESS_TTL);
  return {
    right: right.map((set) => knownAs(set, naming)),
    wrong: [...new Set(below).difference(new Set(right.map(({ ownerName }) => ownerName)))],
    ...(before !== undefined && { before }),
  };
}

function knownAs({ values: [value = ''], ...set }: RecordSet, naming: Naming): string {
  const answer = canonicalIpv6(valueText(value)) ?? valueText(value);
  return isBeside(set, naming) ? `${addressOf(set.ownerName, naming)} ${answer}` : answer;
}

/** Of some targets those that have to be asked for, and those that are known to lack an address; what is right is neither. */
export function openTargets(
  { targets, beside }: { readonly targets: readonly string[]; readonly beside?: Beside },
  known: KnownAddresses | undefined,
  naming: Naming,
): { readonly unknown: readonly string[]; readonly absent: readonly string[] } {
  const standing = Map.groupBy(new Set(targets), (target) =>
    known ? standingOf({ target, beside: beside?.get(target) ?? [] }, known, naming) : 'unknown',
  );
  return { unknown: standing.get('unknown') ?? [], absent: standing.get('absent') ?? [] };
}

/**
 * How a target stands: only what is `unknown` has to be asked for.
 *
 * @param beside IPv6 addresses of which one is wanted beside that of the name; none: that of the name is enough
 */
export function standingOf(
  { target, beside = [] }: { readonly target: string; readonly beside?: readonly string[] },
  known: KnownAddresses,
  naming: Naming,
): 'right' | 'absent' | 'unknown' {
  const address = addressOf(target, naming) ?? '';
  const both = beside.map((one) => `${address} ${one}`);
  const own = known.right.includes(address);
  if (own && (both.length === 0 || both.some((one) => known.right.includes(one)))) return 'right';
  const some = both.length > 0 && (own || known.right.some((one) => one.startsWith(`${address} `)));
  return reaches(known, target, naming) && !known.wrong.includes(target) && !some ? 'absent' : 'unknown';
}
