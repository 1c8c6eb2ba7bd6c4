import { OBSERVED_AT_ONCE } from '../words/quotas.ts';
import { clustersOf, type Scope, within } from './scope.ts';

/** A cluster of a pass. */
export interface Sized {
  readonly cluster: string;
  /** How many tasks it has, or as many as its probes amount to; undefined: nobody knows. */
  readonly tasks?: number | undefined;
}

/** Up to so many clusters each have an iteration of their own: whoever looks at a run finds them one by one. */
export const OWN_ITERATIONS = 20;
/** Tasks that the clusters of one iteration have together: four pages of a list, and mostly one batch of probes. */
export const GROUP_TASKS = 400;
/** They are read one after the other, each in four calls or more, well within the time of one function. */
export const GROUP_CLUSTERS = 10;
/** What a cluster of unknown size counts as: some such share an iteration, and none is read late for having many beside it. */
const UNKNOWN_TASKS = 100;
/** What a host counts as that is read whole. */
const HOST_TASKS = 20;

/**
 * Clusters by the iterations of ObserveClusters that read them, in their order: small ones share one, so that hundreds of
 * them fit into the history of a run, and ten iterations are busy side by side all the same.
 */
export function groupsOf<T extends Sized>(clusters: readonly T[]): readonly (readonly T[])[] {
  if (clusters.length <= OWN_ITERATIONS) return clusters.map((one) => [one]);
  const most = Math.min(GROUP_CLUSTERS, Math.ceil(clusters.length / OBSERVED_AT_ONCE));
  const groups: T[][] = [];
  let filling: T[] = [];
  /** Less than nothing: there is none to be filled yet. */
  let room = -1;
  for (const one of clusters) {
    const { tasks = UNKNOWN_TASKS } = one;
    if (tasks > GROUP_TASKS) groups.push([one]);
    else if (tasks <= room && filling.length < most) {
      filling.push(one);
      room -= tasks;
    } else {
      filling = [one];
      room = GROUP_TASKS - tasks;
      groups.push(filling);
    }
  }
  return groups;
}

/** How much a scope asks of one cluster. */
export const scopedTasks = (scope: Scope, cluster: string): number => {
  const { hosts, tasks } = within(scope, cluster);
  return tasks.length + HOST_TASKS * hosts.length;
};

/** In how many iterations a narrowed pass reads the clusters of its scope. */
export const groupsIn = (scope: Scope): number =>
  groupsOf(clustersOf(scope).map((cluster) => ({ cluster, tasks: scopedTasks(scope, cluster) }))).length;

/** Whether what is known of a size is worth replacing. */
export const isOtherSize = (tasks: number, known: number | undefined): boolean =>
  known === undefined || Math.abs(tasks - known) > Math.max(20, known / 4);

/** Characters of names that an iteration shows. */
const SHOWN = 100;

/** The names of some clusters for people: all of a few, the first of many. */
export function clusterNames(clusters: readonly string[]): string {
  const names = clusters.map((arn) => arn.split('/').at(-1) ?? arn);
  const shown = names.filter((_, index) => index === 0 || names.slice(0, index + 1).join(', ').length <= SHOWN);
  const more = names.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}
