import type { ChangeUnit } from './change.ts';
import { changesOf, type Learning, type NameChanges, type NameHints, type Sightings } from './inventory.ts';
import type { NamePlan } from './name-plan.ts';
import type { LostClaim } from './shards.ts';

/** What a plan has to tell the inventory; of names that it does not cover, that nothing is seen of them any more. */
export function inventoryNews(
  sightings: readonly Sightings[],
  hints: readonly NameHints[],
  learning: Learning,
): readonly NameChanges[] {
  const known = new Map(hints.map((one) => [one.name, one]));
  const covered = new Set(sightings.map(({ name }) => name));
  const others = learning.whole ? hints.filter(({ name }) => !covered.has(name)) : [];
  return [...sightings, ...others.map(({ name }): Sightings => ({ name, seen: [], absent: [], inZone: [] }))].map(
    (one) => changesOf(known.get(one.name) ?? { name: one.name, values: {} }, one, learning),
  );
}

/** Names whose new values may not be sent, since what could explain them later is not remembered. */
export function unclaimedNames(
  plans: readonly Pick<NamePlan, 'name' | 'keep' | 'changes'>[],
  unwritten: { readonly claims: readonly LostClaim[]; readonly names: ReadonlySet<string> },
): ReadonlySet<string> {
  const lost = new Set(unwritten.claims.map(({ name, key }) => `${name} ${key}`));
  const waiting = plans.filter(
    ({ name, keep, changes }) =>
      changes.length > 0 &&
      keep.some(({ isNew, key }) => isNew && (unwritten.names.has(name) || lost.has(`${name} ${key}`))),
  );
  return new Set(waiting.map(({ name }) => name));
}

/** Without some names, and without the address record sets that only they need. */
export function unitsWithout(units: readonly ChangeUnit[], names: ReadonlySet<string>): readonly ChangeUnit[] {
  if (names.size === 0) return units;
  const sent = units.filter(({ kind, name }) => kind !== 'name' || !names.has(name));
  const needed = (of: readonly ChangeUnit[]) => new Set(of.flatMap(({ needs }) => needs));
  const orphans = needed(units).difference(needed(sent));
  return sent.filter(({ kind, name }) => kind !== 'address' || !orphans.has(name));
}
