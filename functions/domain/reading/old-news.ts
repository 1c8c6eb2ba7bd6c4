import type { Naming } from '../dns/naming.ts';
import { ourValues } from '../zone/routing.ts';
import type { RememberedName } from './inventory.ts';
import type { ZoneSnapshot } from './reading.ts';
import type { Scope } from './scope.ts';

/** Whether a scope may be old news at all: tasks that stop can only leave, and whatever runs may have changed. */
export const onlyStops = ({ tasks }: Pick<Scope, 'tasks'>): boolean => tasks.every(({ stops }) => stops === true);

/**
 * Whether an event run has nothing to look for, so that it need not ask ECS: its queue was empty, or its tasks stop and no
 * value of ours can stand for one of them any more.
 *
 * | tasks of its events | of ours at their names stands             | the inventory knows                  | old news |
 * | ------------------- | ----------------------------------------- | ------------------------------------ | -------- |
 * | none                | whatever                                  | whatever                             | yes      |
 * | one may run         | whatever                                  | whatever                             | no       |
 * | all stop            | nothing                                   | whatever                             | yes      |
 * | all stop            | only what is elsewhere                    | where each task was, whose each value is | yes  |
 * | all stop            | a value at an address of theirs, whoever claims it | whatever                    | no       |
 * | all stop            | a value of one of their container instances | whatever                           | no       |
 * | all stop            | something                                 | not all of that                      | no       |
 *
 * By address, not by claim: who has an address last need not be whom the inventory names. While the deployment is
 * withdrawn everything of ours that stands is to leave.
 *
 * @param remembered of the scope's names
 */
export function isOldNews(
  { tasks, hosts }: Pick<Scope, 'tasks' | 'hosts'>,
  {
    snapshot,
    remembered,
  }: { readonly snapshot: Pick<ZoneSnapshot, 'recordSets' | 'marker'>; readonly remembered: readonly RememberedName[] },
  naming: Naming,
): boolean {
  if (!onlyStops({ tasks })) return false;
  const standing = snapshot.recordSets.flatMap((set) =>
    ourValues(set, naming).map(({ key, value }) => ({ name: set.ownerName, key, target: value.target })),
  );
  if (tasks.length === 0 || standing.length === 0) return true;
  if (snapshot.marker?.withdrawn) return false;
  const known = remembered.flatMap(({ values }) => Object.entries(values).map(([key, { task }]) => ({ key, task })));
  const homes = new Set(hosts.map(({ containerInstance }) => containerInstance));
  const entries = new Map(remembered.map(({ name, values }) => [name, values]));
  const targets = new Set<string>();
  for (const { task } of tasks) {
    const places = known.filter((one) => one.task === task);
    if (places.length === 0) return false;
    for (const { key } of places) targets.add(key.slice(0, key.lastIndexOf(':')));
  }
  return standing.every(({ name, key, target }) => {
    const entry = entries.get(name)?.[key];
    return entry !== undefined && !targets.has(target) && !homes.has(entry.containerInstance ?? '');
  });
}
