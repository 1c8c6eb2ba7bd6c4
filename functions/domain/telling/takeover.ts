import type { Candidate, EndpointKey } from '../ecs/claim.ts';
import type { NamePlan } from '../plan/name-plan.ts';
import { type Hint, isSameClaim, type NameHints } from '../reading/inventory.ts';
import type { PlannedName, PlannedValue } from './plan-record.ts';
import { whereabouts } from './plan-record.ts';
import type { Disagreement } from './verify.ts';

/**
 * Text that does not change hides a change of claimant: a value may stand for one task when a run reads it, and for the
 * next one when that run removes it. So whoever removes a value reads its claim again, and whoever takes a standing value
 * over for another claim reads the zone again. Claims are written before the zone is read again, and a value is removed
 * before its claim is read again: whichever of the two comes last sees it (design, section 4).
 */

/** A value that stands and is kept for another claim than the inventory has for it, or where it has none. */
export interface TakenOver extends PlannedValue {
  readonly name: string;
}

/** Values that a plan takes over for whoever is at their endpoint now. */
export function takenOverIn(
  plans: readonly Pick<NamePlan, 'name' | 'keep'>[],
  hints: readonly NameHints[],
): readonly TakenOver[] {
  const known = new Map(hints.map(({ name, values }) => [name, values]));
  return plans.flatMap(({ name, keep }) =>
    keep.flatMap(({ key, value, isNew, candidate }): readonly TakenOver[] => {
      if (isNew || !candidate || isClaimOf(known.get(name)?.[key], candidate)) return [];
      return [{ name, key, value, ...whereabouts(candidate) }];
    }),
  );
}

const isClaimOf = (entry: Hint | undefined, candidate: Candidate) =>
  entry !== undefined && isSameClaim(entry, candidate);

/** @param standing keys of our values that stand at a name now */
export function fallen(
  taken: readonly TakenOver[],
  standing: ReadonlyMap<string, ReadonlySet<EndpointKey>>,
): readonly Disagreement[] {
  return taken
    .filter(({ name, key }) => !standing.get(name)?.has(key))
    .map(({ name, ...where }) => ({
      name,
      where,
      finding: `took over ${where.value} for ${where.task}, but it does not stand any more`,
    }));
}

/** Values that were removed and that the inventory claims for another task by now. */
export function claimedAnew(removed: readonly PlannedName[], hints: readonly NameHints[]): readonly Disagreement[] {
  const known = new Map(hints.map(({ name, values }) => [name, values]));
  return removed.flatMap(({ name, created, removed: values }) => {
    const standing = new Set(created.map(({ key }) => key));
    return values.flatMap(({ key, value, task }): readonly Disagreement[] => {
      const claim = known.get(name)?.[key];
      if (!claim || claim.task === task || standing.has(key)) return [];
      const finding = `removed ${value}, which is claimed for ${claim.task} by now`;
      return [{ name, where: whereabouts(claim), finding }];
    });
  });
}
