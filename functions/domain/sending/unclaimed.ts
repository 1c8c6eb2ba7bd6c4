import type { EndpointKey } from '../ecs/claim.ts';
import type { NamePlan } from '../plan/name-plan.ts';
import {
  changesOf,
  type Learning,
  type NameChanges,
  type RememberedName,
  type Sightings,
} from '../reading/inventory.ts';
import type { LostClaim } from '../reading/shards.ts';
import type { ChangeUnit } from '../zone/change.ts';

/** What a plan has to tell the inventory; of names that it does not cover, that nothing is seen of them any more. */
export function inventoryNews(
  sightings: readonly Sightings[],
  remembered: readonly RememberedName[],
  learning: Learning,
): readonly NameChanges[] {
  const known = new Map(remembered.map((one) => [one.name, one]));
  const covered = new Set(sightings.map(({ name }) => name));
  const others = learning.whole ? remembered.filter(({ name }) => !covered.has(name)) : [];
  return [...sightings, ...others.map(({ name }): Sightings => ({ name, seen: [], absent: [], inZone: [] }))].map(
    (one) => changesOf(known.get(one.name) ?? { name: one.name, values: {} }, one, learning),
  );
}

/**
 * Names that count as moved, since the inventory does not say what their plans rest on.
 *
 * | of a value that the plan | its claim could not be written at all | another run has written another claim since |
 * | ------------------------ | ------------------------------------- | ------------------------------------------- |
 * | publishes anew           | moved                                 | moved                                       |
 * | takes over               | —: verification looks at the zone     | moved: whoever removes it reads that claim  |
 * | removes                  | —                                     | moved: it is not this claim's any more      |
 */
export function unclaimedNames(
  plans: readonly Pick<NamePlan, 'name' | 'stays' | 'leaves' | 'changes'>[],
  unwritten: { readonly claims: readonly LostClaim[]; readonly names: ReadonlySet<string> },
  takenOver: readonly { readonly name: string; readonly key: EndpointKey }[] = [],
): ReadonlySet<string> {
  const lost = new Set(unwritten.claims.map(({ name, key }) => `${name} ${key}`));
  const isLost = (name: string, { key }: { readonly key: EndpointKey }) => lost.has(`${name} ${key}`);
  const waiting = plans.filter(
    ({ name, stays, leaves, changes }) =>
      changes.length > 0 &&
      (stays.some((one) => one.isNew && (unwritten.names.has(name) || isLost(name, one))) ||
        leaves.some((one) => isLost(name, one))),
  );
  return new Set([...waiting, ...takenOver.filter((one) => isLost(one.name, one))].map(({ name }) => name));
}

/** Without some names, and without the address record sets that only they need. */
export function unitsWithout(units: readonly ChangeUnit[], names: ReadonlySet<string>): readonly ChangeUnit[] {
  if (names.size === 0) return units;
  const sent = units.filter(({ kind, name }) => kind !== 'name' || !names.has(name));
  const needed = (of: readonly ChangeUnit[]) => new Set(of.flatMap(({ needs }) => needs));
  const orphans = needed(units).difference(needed(sent));
  return sent.filter(({ kind, name }) => kind !== 'address' || !orphans.has(name));
}
