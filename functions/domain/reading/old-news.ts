import type { Naming } from '../dns/naming.ts';
import { ourValues } from '../zone/routing.ts';
import type { RememberedName } from './inventory.ts';
import type { ZoneSnapshot } from './reading.ts';
import type { Scope } from './scope.ts';

/** Whether a scope may be old news at all: tasks that stop can only leave, and whatever runs may have changed. */
export const onlyStops = ({ tasks }: Pick<Scope, 'tasks'>): boolean => tasks.every(({ stops }) => stops !== undefined);

/**
 * Whether an event run has nothing to look for, so that it need not ask ECS: its queue was empty, or its tasks stop and
 * nothing of ours stands at an endpoint of theirs any more.
 *
 * | tasks of its events | of ours at their names stands                      | the inventory knows         | old news |
 * | ------------------- | -------------------------------------------------- | --------------------------- | -------- |
 * | none                | whatever                                           | whatever                    | yes      |
 * | one may run         | whatever                                           | whatever                    | no       |
 * | all stop            | nothing                                            | whatever                    | yes      |
 * | all stop            | nothing at an endpoint of theirs                   | all endpoints of each task  | yes      |
 * | all stop            | something at an endpoint of theirs, whoever claims it | whatever                 | no       |
 * | all stop            | something                                          | less                        | no       |
 *
 * By endpoint, not by claim: who has one last need not be whom the inventory names, and where another claims one of theirs,
 * theirs are not all known. While the deployment is withdrawn everything of ours that stands is to leave.
 *
 * @param remembered of the scope's names
 */
export function isOldNews(
  scope: Pick<Scope, 'tasks'>,
  {
    snapshot: { recordSets, marker },
    remembered,
  }: {
    readonly snapshot: Pick<ZoneSnapshot, 'recordSets' | 'marker'>;
    readonly remembered: readonly RememberedName[];
  },
  naming: Naming,
): boolean {
  if (!onlyStops(scope)) return false;
  const standing = new Set(
    recordSets.flatMap((set) => ourValues(set, naming).map(({ key }) => `${set.ownerName} ${key}`)),
  );
  if (scope.tasks.length === 0 || standing.size === 0) return true;
  if (marker?.withdrawn) return false;
  const known = remembered.flatMap(({ name, values }) =>
    Object.entries(values).map(([key, { task }]) => ({ task, place: `${name} ${key}` })),
  );
  return scope.tasks.every(({ task, stops }) => {
    const places = known.filter((one) => one.task === task);
    return stops && places.length >= stops.endpoints && !places.some(({ place }) => standing.has(place));
  });
}
