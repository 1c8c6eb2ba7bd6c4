import { srvText } from '../dns/srv.ts';
import type { Candidate, EndpointKey } from '../ecs/claim.ts';
import type { NamePlan } from '../plan/name-plan.ts';
import { type Hint, isSameClaim, type NameHints } from '../reading/inventory.ts';
import { type PlannedName, type TakenOver, whereabouts } from './plan-record.ts';
import type { Disagreement } from './verify.ts';

/** Values that a plan takes over for whoever is at their endpoint now. */
export function takenOverIn(
  plans: readonly Pick<NamePlan, 'name' | 'keep'>[],
  hints: readonly NameHints[],
): readonly TakenOver[] {
  const known = new Map(hints.map(({ name, values }) => [name, values]));
  return plans.flatMap(({ name, keep }) =>
    keep.flatMap(({ key, value, isNew, candidate }): readonly TakenOver[] => {
      if (isNew || !candidate || isClaimOf(known.get(name)?.[key], candidate)) return [];
      return [{ name, key, value: srvText(value), target: value.target, ...whereabouts(candidate) }];
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
