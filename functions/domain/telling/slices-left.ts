import type { PermittedRemoval } from '../reading/permitted.ts';
import type { PlannedName, PlanRecord } from './plan-record.ts';

/** What of a pass tells which slices are left after it. */
type Cut = Pick<PlanRecord, 'slice' | 'slices'>;

/**
 * The names of each slice that nobody has begun, after the passes of a run.
 *
 * | a pass                                    | the slices left                                            |
 * | ----------------------------------------- | ---------------------------------------------------------- |
 * | begins another slice                      | without the first                                          |
 * | leaves names, and none were left before   | as its plan was cut                                        |
 * | leaves names beside those that are left   | the next one has these first: it reads and plans them too  |
 */
export function slicesLeft(plans: readonly Cut[]): readonly (readonly string[])[] {
  let left: readonly (readonly string[])[] = [];
  let begun = 0;
  for (const { slice = 0, slices: own = [] } of plans) {
    if (slice > begun) left = left.slice(1);
    begun = slice;
    const [next, ...others] = left;
    left = next && own.length > 0 ? [[...new Set([...own.flat(), ...next])], ...others] : [...own, ...left];
  }
  return left;
}

/** Names whose changes wait for another run, since this one had neither time nor room for all slices. */
export function waitingFor(
  passes: readonly { readonly plan: Cut & Pick<PlanRecord, 'names'>; readonly stale: readonly string[] }[],
): readonly string[] {
  const left = slicesLeft(passes.map(({ plan }) => plan)).flat();
  const last = passes.at(-1);
  if (!last || (left.length === 0 && last.plan.slice === undefined)) return [];
  const stale = new Set(last.stale);
  return [...new Set([...last.plan.names.flatMap(({ name }) => (stale.has(name) ? [name] : [])), ...left])];
}

/** The passes of the slice that is under way, rounds and looks after it included; all of them where nothing was cut. */
export function sameSlice<P extends { readonly plan: Cut }>(passes: readonly P[]): readonly P[] {
  const latest = passes.at(-1)?.plan.slice;
  return passes.filter(({ plan }) => plan.slice === latest);
}

/** The removals that a full plan has decided: those that it holds back are not among them. */
export const permittedBy = (names: readonly PlannedName[]): readonly PermittedRemoval[] =>
  names.flatMap(({ name, removed }) =>
    removed.map(({ key, value, reason, task }) => ({ name, key, value, reason, ...(task !== undefined && { task }) })),
  );
