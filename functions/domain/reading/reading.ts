import type { RecordSet } from '../dns/record-set.ts';
import type { Host } from '../ecs/task.ts';
import type { Judged } from '../health/judged.ts';
import type { IdleAddresses } from '../zone/addresses.ts';
import type { KnownAddresses } from '../zone/known-addresses.ts';
import type { Marker } from '../zone/marker.ts';
import type { Quarantine } from '../zone/quarantine.ts';
import type { HeldRemoval } from './held.ts';
import type { RememberedName } from './inventory.ts';
import type { LostObject } from './lost-object.ts';
import type { PermittedRemoval } from './permitted.ts';
import type { UnreadCluster } from './unread.ts';
/** What ECS says of a task that the inventory knows and the listing lacks (DescribeTasks). */
export type TaskFate = 'stopped' | 'running' | 'missing' | 'unknown';

export type HostFate = 'live' | 'gone' | 'unknown';

/** `asked`: it is not among the clusters of the run, but ECS answered for the tasks that we remember of it. */
export type ClusterReading = 'read' | 'unread' | 'gone' | 'asked';

/** What a run read of the zone, before it looked at ECS. */
export interface ZoneSnapshot {
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  /** Full runs: every SRV, CNAME and TXT set, and A sets below the owner label. Event runs: what stands at their names. */
  readonly recordSets: readonly RecordSet[];
  readonly marker?: Marker;
  /** Record sets in the zone, whoever's; only full runs know. */
  readonly total?: number;
  /** Full runs: the zone's own, which says how long resolvers remember that a name does not exist. */
  readonly soa?: RecordSet;
  /** Full runs: what stands below our label that no deployment makes, for people. */
  readonly strangers?: string;
  /** Event runs: what the reading of the marker told of the address record sets that stand behind it. */
  readonly addresses?: KnownAddresses;
}

/** What a run read of ECS and EC2, with the verdict of each instance. */
export interface Reading {
  /** When it was completed, in milliseconds since the epoch: its age counts from here. */
  readonly now: number;
  readonly clusters: Readonly<Record<string, ClusterReading>>;
  /** Why clusters were not read; of those that were left out on purpose nothing. */
  readonly unread?: readonly UnreadCluster[];
  readonly judged: readonly Judged[];
  /** What a person should know of declarations that are used, each once. */
  readonly remarks?: readonly string[];
  /** Every task that was listed or, in event runs, described. */
  readonly listed: readonly string[];
  /** How many of them each cluster has; only full runs. */
  readonly sizes?: Readonly<Record<string, number>>;
  readonly hosts: readonly Host[];
  readonly taskFates: Readonly<Record<string, TaskFate>>;
  readonly hostFates: Readonly<Record<string, HostFate>>;
  /** Stopped awsvpc tasks whose address another interface holds by now. */
  readonly addressTaken: readonly string[];
  readonly remembered: readonly RememberedName[];
  /** When each cluster was read as a whole, as it is kept; and whether what version 1 kept is still to be taken over. */
  readonly inventory?: { readonly clusterReadings: Readonly<Record<string, number>>; readonly formerOpen: boolean };
  /** Objects of the run bucket that could not be read. */
  readonly lost?: readonly LostObject[];
  readonly idleAddresses: IdleAddresses;
  /** What the guard of earlier full runs holds; only full runs read it. */
  readonly held: readonly HeldRemoval[];
  /** What stands at the targets of the hosts observed; only event runs. */
  readonly addresses?: { readonly recordSets: readonly RecordSet[]; readonly lookedFor: readonly string[] };
  /** Names that Route 53 refused before. */
  readonly quarantine?: Quarantine;
  /** What reading it took, and what there was no room for. */
  readonly effort?: ReadingEffort;
}

export interface ReadingEffort {
  readonly clusters: number;
  /** In so many iterations; absent where each had one of its own. */
  readonly groups?: number;
  readonly probeBatches: number;
  /** Clusters that count as unread, since the run had no room for them. */
  readonly clustersBeyond: readonly string[];
  /** Endpoints that count as unprobed, since the run had no room for their probes. */
  readonly probesBeyond: number;
}

/**
 * Which names a plan covers: an event run only those of its events. A person's run tries again what is held back (`retry`).
 * A slice of a full run may make the removals that the full plan has decided (`permitted`).
 */
export type Coverage =
  | { readonly kind: 'full'; readonly retry?: boolean }
  | { readonly kind: 'event'; readonly names: readonly string[]; readonly permitted?: readonly PermittedRemoval[] };

/** Whether the tasks of a cluster are known after a reading: that there are no more, too. */
export const isKnown = (reading: ClusterReading | undefined): boolean => reading === 'read' || reading === 'gone';

type Readings = Reading['clusters'];

/** Clusters that nobody has read in this run, whatever the reason: what they publish is held. */
export const unreadIn = (clusters: Readings): readonly string[] =>
  Object.keys(clusters).filter((cluster) => clusters[cluster] === 'unread');

export const anyUnread = ({ clusters }: { readonly clusters: Readings }): boolean => unreadIn(clusters).length > 0;
