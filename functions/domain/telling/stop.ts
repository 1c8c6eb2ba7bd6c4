import { endpointKey } from '../ecs/claim.ts';
import { notPassing } from '../health/too-few-healthy.ts';
import type { Plan } from '../plan/plan.ts';
import { wasPublished } from '../reading/inventory.ts';
import type { Reading } from '../reading/reading.ts';
import { type Disposition, REASONS } from '../words/reason.ts';
import type { PlannedName, StopOrder } from './plan-record.ts';

/** Tasks that one run stops at most: whatever is wrong with more than these, is wrong with more than these. */
export const MAX_STOPS_PER_RUN = 50;

/**
 * Milliseconds after which what a full pass has seen stops nothing any more: longer than all looks at starts, shorter than
 * any redrive. The next full run sees for itself, and stops what still fails.
 */
export const STOP_LIFETIME = 15 * 60_000;

/**
 * The tasks that `onUnhealthy: 'deregister-and-stop'` stops after a full run.
 *
 * | the instance                                                                     | its task |
 * | -------------------------------------------------------------------------------- | -------- |
 * | left as `unhealthy` in the full pass, and Route 53 accepted it                   | stops    |
 * | was published before, still fails, and waits for a reason below                  | stops    |
 * | the same, but another task of the name stops in this run                         | runs on  |
 * | the same, but the task belongs to no service, so nothing would replace it        | runs on  |
 * | the same, but the task is published elsewhere: it passes there, or is held       | runs on  |
 * | the same, and more tasks than `MAX_STOPS_PER_RUN`                                | runs on  |
 * | left for any other reason, or was held                                           | runs on  |
 * | no answer of Route 53 has shown it published: its claim alone does not count     | runs on  |
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
 * Instances that were published and left, by a run of ours or by a hand, and that still fail: one of each name stops in
 * each run, and what ECS would not stop is tried again. Only what an answer of Route 53 has shown as published is among
 * them, and nothing of a name of which too few pass: these are counted as the health policy counts what is published, as
 * if they still were, so that a deletion by hand does not turn the instances that panic has held into tasks to stop.
 */
export function stillUnhealthy(
  { dispositions, proberSuspected }: Pick<Plan, 'dispositions' | 'proberSuspected'>,
  { judged, remembered }: Pick<Reading, 'judged' | 'remembered'>,
  { minimumHealthyShare }: { readonly minimumHealthyShare: number },
): readonly StopOrder[] {
  if (proberSuspected) return [];
  const panicking = new Set(dispositions.flatMap(({ reason, name }) => (reason === 'held-panic' ? [name] : [])));
  const failing = new Map(
    dispositions.flatMap(({ outcome, reason, name, task, detail = 'its check fails' }) =>
      outcome === 'left-out' && reason === 'unhealthy' && !panicking.has(name) ? [[`${name} ${task}`, detail]] : [],
    ),
  );
  const known = new Map(remembered.map(({ name, values }) => [name, values]));
  const waiting = judged.flatMap(({ claim: { name, task, cluster, service, endpoint } }) => {
    const cause = failing.get(`${name} ${task}`);
    const entry = endpoint && known.get(name)?.[endpointKey(endpoint)];
    return cause !== undefined && wasPublished(entry, task) ? [{ name, task, cluster, cause, service }] : [];
  });
  const passing = countBy(dispositions.filter(passed));
  const out = countBy([...waiting, ...dispositions.filter(({ outcome, reason }) => `${outcome} ${reason}` === LEFT)]);
  const mayStop = (name: string) => {
    const counts = { passing: passing.get(name) ?? 0, failing: out.get(name) ?? 0, unknown: 0 };
    return notPassing(counts, { kind: 'full', minimumHealthyShare, proberSuspected }).failing === 'unhealthy';
  };
  return waiting.flatMap(({ service, ...order }) => (service !== undefined && mayStop(order.name) ? [order] : []));
}

const LEFT = 'removed unhealthy';
/** Published before this run, and passing: what it publishes anew does not count yet. */
const passed = (one: Disposition) => one.outcome === 'published' && !one.isNew && !REASONS.published[one.reason].holds;

function countBy(all: readonly { readonly name: string }[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(all, ({ name }) => name)].map(([name, some]) => [name, some.length]));
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1);
const byTask = (one: StopOrder, other: StopOrder) => (one.task < other.task ? -1 : 1);
