import { endpointKey } from '../ecs/endpoint.ts';
import type { Plan, Reading } from '../plan/plan.ts';
import type { Disposition } from '../plan/reason.ts';
import type { PlannedName } from '../plan/record.ts';

/** Tasks that one run stops at most: whatever is wrong with more than these, is wrong with more than these. */
export const MAX_STOPS_PER_RUN = 50;

/** A task to stop, so that ECS replaces it. */
export interface StopOrder {
  /** The name that it was taken out of. */
  readonly name: string;
  readonly task: string;
  readonly cluster: string;
  /** Why its check failed. */
  readonly cause: string;
}

/**
 * The tasks that `onUnhealthy: 'deregister-and-stop'` stops after a full run.
 *
 * | the instance                                                                     | its task |
 * | -------------------------------------------------------------------------------- | -------- |
 * | left as `unhealthy` in the full pass, and Route 53 accepted it                   | stops    |
 * | left so in an earlier run, still fails, and runs on for a reason below           | stops    |
 * | the same, but another task of the name stops in this run                         | runs on  |
 * | the same, but the task belongs to no service, so nothing would replace it        | runs on  |
 * | the same, but the task is published elsewhere: it passes there, or is held       | runs on  |
 * | the same, and more tasks than `MAX_STOPS_PER_RUN`                                | runs on  |
 * | left for any other reason, was held, or never was published                      | runs on  |
 *
 * @param names what the full pass changed, as far as Route 53 accepted it
 * @param dispositions of the whole run, later passes included
 * @param waiting what earlier runs took out and did not stop (`stillUnhealthy`)
 */
export function tasksToStop(
  names: readonly PlannedName[],
  dispositions: readonly Disposition[],
  waiting: readonly StopOrder[] = [],
): { readonly stop: readonly StopOrder[]; readonly tooMany: number } {
  const published = new Set(
    dispositions.flatMap(({ outcome, task }) => (outcome === 'published' && task ? [task] : [])),
  );
  const causes = new Map(
    dispositions.flatMap(({ outcome, reason, name, task, detail = 'its check fails' }) =>
      outcome === 'removed' && reason === 'unhealthy' ? [[`${name} ${task}`, detail] as const] : [],
    ),
  );
  const left = names.flatMap(({ name, removed }) =>
    removed
      .filter(({ reason, service }) => reason === 'unhealthy' && service !== undefined)
      .flatMap(({ task, cluster }): readonly StopOrder[] => {
        const cause = causes.get(`${name} ${task}`);
        return task === undefined || cluster === undefined || cause === undefined
          ? []
          : [{ name, task, cluster, cause }];
      }),
  );
  const orders = [...left, ...waiting].filter(({ task }) => !published.has(task));
  const chosen: StopOrder[] = [];
  const stopping = new Set<string>();
  for (const [, all] of [...Map.groupBy(orders, ({ name }) => name)].sort(byKey)) {
    // A task that stops for another name is the one of this name as well.
    const first = all.some(({ task }) => stopping.has(task)) ? undefined : all.toSorted(byTask)[0];
    if (!first) continue;
    stopping.add(first.task);
    chosen.push(first);
  }
  return { stop: chosen.slice(0, MAX_STOPS_PER_RUN), tooMany: Math.max(0, chosen.length - MAX_STOPS_PER_RUN) };
}

/**
 * Instances that an earlier run took out as unhealthy, and that still fail: one of each name stops in each run, and what
 * ECS would not stop is tried again. What never was published is not among them, nor anything of a name in panic.
 */
export function stillUnhealthy(
  { dispositions, proberSuspected }: Pick<Plan, 'dispositions' | 'proberSuspected'>,
  { judged, hints }: Pick<Reading, 'judged' | 'hints'>,
): readonly StopOrder[] {
  if (proberSuspected) return [];
  const panicking = new Set(dispositions.flatMap(({ reason, name }) => (reason === 'held-panic' ? [name] : [])));
  const failing = new Map(
    dispositions.flatMap(({ outcome, reason, name, task, detail = 'its check fails' }) =>
      outcome === 'left-out' && reason === 'unhealthy' && !panicking.has(name) ? [[`${name} ${task}`, detail]] : [],
    ),
  );
  const known = new Map(hints.map(({ name, values }) => [name, values]));
  return judged.flatMap(({ candidate: { name, task, cluster, service, endpoint } }) => {
    const cause = failing.get(`${name} ${task}`);
    const once = endpoint && known.get(name)?.[endpointKey(endpoint)];
    return cause !== undefined && service !== undefined && once?.task === task ? [{ name, task, cluster, cause }] : [];
  });
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1);
const byTask = (one: StopOrder, other: StopOrder) => (one.task < other.task ? -1 : 1);
