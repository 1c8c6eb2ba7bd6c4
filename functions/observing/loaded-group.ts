import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { Observation } from '../contracts/reading-shapes.ts';
import type { ObservedGroup, RunState } from '../contracts/states.ts';
import type { Host } from '../domain/ecs/task.ts';
import { type Judged, judgedOf } from '../domain/health/judged.ts';
import type { ProbeSettings } from '../domain/health/probe-batch.ts';
import { type ProbeWish, withWishes } from '../domain/health/probe-shares.ts';
import type { ProbeVerdict } from '../domain/health/verdict.ts';
import { GROUP_TASKS, OWN_ITERATIONS } from '../domain/reading/groups.ts';
import type { LostObject } from '../domain/reading/lost-object.ts';
import type { UnreadCluster } from '../domain/reading/unread.ts';
import { logger } from '../runtime/powertools.ts';
import { keptCause } from './cluster-fault.ts';
import type { NotedObjects } from './noted-objects.ts';

/** What a pass has of the clusters of one iteration. */
export interface LoadedGroup {
  readonly clusters: Observation['clusters'];
  readonly judged: readonly Judged[];
  readonly listed: readonly string[];
  readonly hosts: readonly Host[];
  /** When the last answer came that it is made of, in milliseconds since the epoch; 0: nobody noted it. */
  readonly answeredAt: number;
  readonly remarks: readonly string[];
  readonly lost: readonly LostObject[];
  /** Of probes. */
  readonly batches: number;
  readonly probesBeyond: number;
  /** What later runs should know of its clusters. */
  readonly news: readonly (Partial<ProbeWish> & { readonly cluster: string })[];
}

/** How many tasks a cluster has listed. */
export const listedIn = (one: Observation['clusters'][number]): number => (one.reading === 'unread' ? 0 : one.listed);

/** Why clusters of a group were not read. */
export const unreadOf = ({ clusters }: LoadedGroup): readonly UnreadCluster[] =>
  clusters.flatMap((one) => (one.reading === 'unread' ? [one] : [])).map(({ reading: _, ...why }) => why);

/**
 * Keeps in how many batches clusters want to be probed, where there are several what each takes to be read, and where some
 * may have to share an iteration, or slices have to choose how they read one, how large they are; as far as that has changed.
 */
export async function keepWishes(
  kept: NotedObjects,
  groups: readonly LoadedGroup[],
  beyond: readonly string[],
): Promise<void> {
  const there = new Set([...beyond, ...groups.flatMap(({ clusters }) => clusters.map(({ cluster }) => cluster))]);
  const all = groups.flatMap(({ news }) => news);
  const [grouped, several] = [there.size > OWN_ITERATIONS, there.size > 1];
  const changed = all.flatMap(({ cluster, tasks, reads, ...others }) => {
    const news = {
      ...others,
      ...(tasks !== undefined && (grouped || (several && tasks > GROUP_TASKS)) && { tasks }),
      ...(several && reads !== undefined && { reads }),
    };
    return Object.keys(news).length === 0 ? [] : [{ cluster, ...news }];
  });
  if (changed.length === 0) return;
  await kept.revise(objectAt('probe-wishes'), (before = []) =>
    withWishes(before, changed, (cluster) => there.has(cluster)),
  );
}

/** Loads what an iteration has left behind, and judges the claims by the verdicts. */
export async function loadGroup(
  { payloads, run }: { readonly payloads: Payloads; readonly run: RunState },
  observed: ObservedGroup,
  probes: ProbeSettings,
): Promise<LoadedGroup> {
  if (observed.observation === 'unread') return unreadGroup(payloads, run, observed);
  const observation = await payloads.load('observation', observed.result);
  const { clusters, claims, listed, hosts, remarks = [], lost = [], observedAt = 0, wanted } = observation;
  const verdicts = new Map<number, ProbeVerdict>();
  for (const batch of observed.verdicts) {
    if (!('verdicts' in batch)) continue;
    for (const { id, ...verdict } of await payloads.load('verdicts', batch.verdicts)) {
      verdicts.set(id, verdict);
    }
  }
  const beyond = new Set(observation.beyond);
  const saved = observed.verdicts.flatMap((batch) => ('savedAt' in batch ? [batch.savedAt] : []));
  const [first, ...others] = clusters;
  const sizes = clusters.flatMap((one) => {
    if (one.reading !== 'read' || (one.tasks === undefined && one.reads === undefined)) return [];
    const { cluster, tasks, reads } = one;
    return [{ cluster, ...(tasks !== undefined && { tasks }), ...(reads !== undefined && { reads }) }];
  });
  // Of several it is not known which of them wants how much: their sizes say it.
  const wish =
    first && others.length === 0 && wanted !== undefined ? [{ cluster: first.cluster, batches: wanted }] : [];
  return {
    clusters,
    judged: judgedOf(claims, { verdicts, beyond }, probes),
    listed,
    hosts,
    remarks,
    lost,
    answeredAt: Math.max(observedAt, ...saved),
    batches: observed.verdicts.length,
    probesBeyond: beyond.size,
    news: [...sizes, ...wish],
  };
}

/** What ends a function, or its state, that has to do more than it can. */
const TOO_MUCH: ReadonlySet<string> = new Set([
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'Sandbox.Timedout',
  'States.DataLimitExceeded',
  'States.Timeout',
]);

/** An iteration that came to nothing: each of its clusters is unread, and has one of its own next time if it was too much. */
async function unreadGroup(
  payloads: Payloads,
  run: RunState,
  observed: ObservedGroup & { readonly observation: 'unread' },
): Promise<LoadedGroup> {
  const members = await payloads.load('group', observed.clusters);
  const { error } = observed;
  const why = { error, cause: await keptCause(payloads, run, observed) };
  const clusters = members.map(({ cluster }) => ({ cluster, reading: 'unread' as const, ...why }));
  for (const { cluster } of clusters)
    logger.warn('cluster could not be read and keeps its values', { cluster, ...why });
  const tooMuch = members.length > 1 && TOO_MUCH.has(error);
  return {
    clusters,
    judged: [],
    listed: [],
    hosts: [],
    remarks: [],
    lost: [],
    answeredAt: 0,
    batches: 0,
    probesBeyond: 0,
    news: tooMuch ? members.map(({ cluster }) => ({ cluster, tasks: GROUP_TASKS + 1 })) : [],
  };
}
