import { srvText } from '../dns/srv.ts';
import type { Claim, EndpointKey } from '../ecs/claim.ts';
import type { NamePlan } from '../plan/name-plan.ts';
import { type InventoryEntry, isSameClaim, type RememberedName } from '../reading/inventory.ts';
import { type PlannedName, type TakenOver, whereabouts } from './plan-record.ts';
import type { Disagreement } from './verify.ts';

/** Values that a plan takes over for whoever is at their endpoint now. */
export function takenOverIn(
  plans: readonly Pick<NamePlan, 'name' | 'stays'>[],
  remembered: readonly RememberedName[],
): readonly TakenOver[] {
  const known = new Map(remembered.map(({ name, values }) => [name, values]));
  return plans.flatMap(({ name, stays }) =>
    stays.flatMap(({ key, value, isNew, claim }): readonly TakenOver[] => {
      if (isNew || !claim || isClaimOf(known.get(name)?.[key], claim)) return [];
      return [{ name, key, value: srvText(value), target: value.target, ...whereabouts(claim) }];
    }),
  );
}

const isClaimOf = (entry: InventoryEntry | undefined, claim: Claim) => entry !== undefined && isSameClaim(entry, claim);

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
export function claimedAnew(
  removed: readonly PlannedName[],
  remembered: readonly RememberedName[],
): readonly Disagreement[] {
  const known = new Map(remembered.map(({ name, values }) => [name, values]));
  return removed.flatMap(({ name, created, removed: values }) => {
    const standing = new Set(created.map(({ key }) => key));
    return values.flatMap(({ key, value, task }): readonly Disagreement[] => {
      const entry = known.get(name)?.[key];
      if (!entry || entry.task === task || standing.has(key)) return [];
      const finding = `removed ${value}, which is claimed for ${entry.task} by now`;
      return [{ name, where: whereabouts(entry), finding }];
    });
  });
}
