import { isAddressName } from '../dns/address-name.ts';
import { compareNames, isBelow } from '../dns/name.ts';
import { addressOf, type Naming, ownerSubtree } from '../dns/ownership.ts';
import { valueText } from '../dns/record-set.ts';
import { ADDRESS_TTL, isAddressSet } from './addresses.ts';
import { isEscaped, type Page } from './pages.ts';

/** What the first page of our subtree told of its address record sets. */
export interface KnownAddresses {
  /** Addresses whose targets have the record set that we want: shorter than the targets, since they cross states. */
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
    right: right.flatMap(({ values }) => values.map(valueText)),
    wrong: [...new Set(below).difference(new Set(right.map(({ ownerName }) => ownerName)))],
    ...(before !== undefined && { before }),
  };
}

/** Of some targets those that have to be asked for, and those that are known to lack an address; what is right is neither. */
export function openTargets(
  targets: readonly string[],
  known: KnownAddresses | undefined,
  naming: Naming,
): { readonly unknown: readonly string[]; readonly absent: readonly string[] } {
  const standing = Map.groupBy(new Set(targets), (target) => (known ? standingOf(target, known, naming) : 'unknown'));
  return { unknown: standing.get('unknown') ?? [], absent: standing.get('absent') ?? [] };
}

/** How a target stands: only what is `unknown` has to be asked for. */
export function standingOf(target: string, known: KnownAddresses, naming: Naming): 'right' | 'absent' | 'unknown' {
  if (known.right.includes(addressOf(target, naming) ?? '')) return 'right';
  return reaches(known, target, naming) && !known.wrong.includes(target) ? 'absent' : 'unknown';
}
