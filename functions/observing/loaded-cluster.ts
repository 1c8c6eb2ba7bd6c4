import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { ObservedCluster, RunState } from '../contracts/states.ts';
import type { Host } from '../domain/ecs/task.ts';
import { type Judged, judgedOf } from '../domain/health/judged.ts';
import type { ProbeSettings } from '../domain/health/probe-batch.ts';
import { withWishes } from '../domain/health/probe-shares.ts';
import type { ProbeVerdict } from '../domain/health/verdict.ts';
import type { LostObject } from '../domain/reading/lost-object.ts';
import type { ClusterReading } from '../domain/reading/reading.ts';
import type { UnreadCluster } from '../domain/reading/unread.ts';
import { logger } from '../runtime/powertools.ts';
import { keptCause } from './cluster-fault.ts';
import type { NotedObjects } from './noted-objects.ts';

/** What a pass has of one cluster. */
export interface LoadedCluster {
  readonly cluster: string;
  readonly reading: ClusterReading;
  readonly judged: readonly Judged[];
  readonly listed: readonly string[];
  readonly hosts: readonly Host[];
  /** When the last answer came that it is made of, in milliseconds since the epoch; 0: nobody noted it. */
  readonly answeredAt: number;
  readonly remarks: readonly string[];
  readonly lost: readonly LostObject[];
  readonly unread?: UnreadCluster;
  /** Of probes. */
  readonly batches: number;
  readonly probesBeyond: number;
  readonly wanted?: number;
}

/** Keeps in how many batches clusters want to be probed, where that has changed, for the next run to share them out. */
export async function keepWishes(
  kept: NotedObjects,
  clusters: readonly LoadedCluster[],
  beyond: readonly string[],
): Promise<void> {
  const changed = clusters.flatMap(({ cluster, wanted }) =>
    wanted === undefined ? [] : [{ cluster, batches: wanted }],
  );
  if (changed.length === 0) return;
  const there = new Set([...beyond, ...clusters.map(({ cluster }) => cluster)]);
  await kept.revise(objectAt('probe-wishes'), (before = []) =>
    withWishes(before, changed, (cluster) => there.has(cluster)),
  );
}

/** Loads what the iteration of a cluster has left behind, and judges its claims by the verdicts. */
export async function loadCluster(
  { payloads, run }: { readonly payloads: Payloads; readonly run: RunState },
  observed: ObservedCluster,
  probes: ProbeSettings,
): Promise<LoadedCluster> {
  const { cluster } = observed;
  if (observed.observation === 'unread') {
    const unread = { cluster, error: observed.error, cause: await keptCause(payloads, run, observed) };
    logger.warn('cluster could not be read and keeps its values', { ...unread });
    const nothing = {
      judged: [],
      listed: [],
      hosts: [],
      remarks: [],
      lost: [],
      answeredAt: 0,
      batches: 0,
      probesBeyond: 0,
    };
    return { cluster, unread, reading: 'unread', ...nothing };
  }
  const observation = await payloads.load('observation', observed.result);
  const { claims, listed, hosts, remarks = [], lost = [], observedAt = 0 } = observation;
  const verdicts = new Map<number, ProbeVerdict>();
  for (const batch of observed.verdicts) {
    if (!('verdicts' in batch)) continue;
    for (const { id, ...verdict } of await payloads.load('verdicts', batch.verdicts)) {
      verdicts.set(id, verdict);
    }
  }
  const beyond = new Set(observation.beyond);
  const saved = observed.verdicts.flatMap((batch) => ('savedAt' in batch ? [batch.savedAt] : []));
  const answeredAt = Math.max(observedAt, ...saved);
  const { wanted } = observation;
  return {
    cluster,
    reading: observed.observation,
    judged: judgedOf(claims, { verdicts, beyond }, probes),
    listed,
    hosts,
    remarks,
    lost,
    answeredAt,
    batches: observed.verdicts.length,
    probesBeyond: beyond.size,
    ...(wanted !== undefined && { wanted }),
  };
}
