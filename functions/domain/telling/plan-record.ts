import { shownName } from '../dns/address-name.ts';
import { srvText } from '../dns/srv.ts';
import { type EndpointKey, endpointKey } from '../ecs/claim.ts';
import { MAX_START_GRACE } from '../ecs/claims-of.ts';
import type { Leaving, Staying } from '../judging/judgement.ts';
import type { Plan, PlanSettings } from '../plan/plan.ts';
import type { UnexplainedRemoval } from '../reading/held.ts';
import { wasPublished } from '../reading/inventory.ts';
import { anyUnread, type ClusterReading, type Coverage, type Reading } from '../reading/reading.ts';
import type { Run } from '../reading/run.ts';
import type { UnreadCluster } from '../reading/unread.ts';
import type { Disposition, RemovedReason } from '../words/reason.ts';
import { MAX_FINDING, printable } from '../words/text.ts';
import type { Contention } from '../zone/contention.ts';
import type { Pause } from '../zone/pause.ts';
import type { Quarantine } from '../zone/quarantine.ts';
import type { ApprovedRemovals } from './approval-outcome.ts';
import type { PlannedShift } from './kept-shift.ts';
import { type NearQuota, nearQuotas } from './near-quota.ts';
import type { SeenDeployment } from './seen-deployments.ts';

/** Where an instance runs: what a later look at it needs. */
export interface Whereabouts {
  readonly task?: string;
  readonly cluster?: string;
  readonly containerInstance?: string;
  readonly awsvpc?: boolean;
  /** The target is made of its public address. */
  readonly atPublic?: true;
}

/** A value that a plan creates or removes, with whom it belongs to: what verification observes again. */
export interface PlannedValue extends Whereabouts {
  readonly key: EndpointKey;
  /** The SRV value, word for word. */
  readonly value: string;
  readonly target: string;
  /** The name that its task declares, where that is another: it stands under a test name. */
  readonly declared?: string;
}

export interface PlannedName {
  readonly name: string;
  readonly created: readonly PlannedValue[];
  /** `service`: of whose tasks it is, where its checks fail and an answer of Route 53 has shown that it was published. */
  readonly removed: readonly (PlannedValue & { readonly reason: RemovedReason; readonly service?: string })[];
  /** Change batches that carry it, where it is more than one. */
  readonly steps?: number;
  /** Tasks that claim an endpoint at this name and were left out on purpose, as `<endpoint> <task>`. */
  readonly declined: readonly string[];
}

/** The values of ours that stood at a name when the zone was read. */
export interface FoundValues {
  readonly name: string;
  readonly keys: readonly EndpointKey[];
}

/** An instance within its start grace that does not pass yet. */
export interface StartingInstance extends Whereabouts {
  readonly name: string;
  /** Until when it is worth another look, milliseconds since the epoch. */
  readonly graceEndsAt: number;
}

/** Owner names of the record sets that a plan makes, marks or removes beside its names. */
export interface PlannedBeside {
  readonly made: readonly string[];
  /** Address record sets that nothing needs; absent in what earlier versions have kept. */
  readonly marked?: readonly string[];
  readonly removed: readonly string[];
}

/** What a pass was asked, beside what it had read: with both, whoever has them plans the same again (`replay.ts`). */
export interface PlannedFrom {
  readonly coverage: Coverage;
  readonly settings: PassSettings;
  /** What decides whether another pass follows. */
  readonly run: Pick<Run, 'trigger' | 'round' | 'looks' | 'startedAt' | 'events'>;
  /** Names that Route 53 refused before; absent where there were none. */
  readonly quarantine?: Quarantine;
}

export interface PassSettings extends PlanSettings {
  /** Seconds; absent where the SOA is not ours to change. */
  readonly negativeTtl?: number | undefined;
}

/** What a pass planned, kept for verification, outcome and people. */
export interface PlanRecord {
  /** Absent in what earlier versions have kept. */
  readonly from?: PlannedFrom;
  readonly kind: 'full' | 'event';
  readonly plannedAt: number;
  /** The deployment was paused when the pass read the zone: nothing of the plan is sent. */
  readonly paused?: Pause;
  readonly clusters: Readonly<Record<string, ClusterReading>>;
  /** Why clusters were not read; absent where all were. */
  readonly unread?: readonly UnreadCluster[];
  /** Tasks that each cluster has listed; full passes. Absent in what earlier versions have kept. */
  readonly sizes?: Readonly<Record<string, number>>;
  readonly names: readonly PlannedName[];
  /** Addresses and the marker, which stand beside the names. */
  readonly beside?: PlannedBeside;
  /** Values that stand and that the pass takes over for other claims. */
  readonly takenOver?: readonly TakenOver[];
  /** What a narrowed pass or an event run found of ours at each name that it looked at. */
  readonly found?: readonly FoundValues[];
  readonly dispositions: readonly Disposition[];
  readonly held: readonly UnexplainedRemoval[];
  /** Names the held removals; a run that is given it removes them. */
  readonly heldHash?: string;
  /** The list that a person has approved by its hash: what of it is still held goes. */
  readonly approved?: ApprovedRemovals;
  readonly ours: number;
  /** Change batches that the plan was cut into. */
  readonly batches: number;
  /** Events of the history that the pass takes at most. */
  readonly events?: number;
  /** Which slice of a larger plan the pass belongs to, from 1; absent in the passes up to that plan. */
  readonly slice?: number;
  /** Names of each slice that the pass leaves to later ones, since not everything can be sent in time. */
  readonly slices?: readonly (readonly string[])[];
  /** Names that were not sent since their claims could not be written: they count as moved. */
  readonly unwritten?: readonly string[];
  readonly starting: readonly StartingInstance[];
  /** Full passes: what earlier runs took out as unhealthy and that still is. */
  readonly unhealthy?: readonly StopOrder[];
  /** Of services whose deployments DNS shifts; absent where none is under way. */
  readonly shifts?: readonly PlannedShift[];
  /** The same services, as ECS tells of them; for people. */
  readonly deployments?: readonly SeenDeployment[];
  readonly proberSuspected: boolean;
  /** Names that others hold with another routing than the deployment's, and targets at which something of theirs stands. */
  readonly conflicts: readonly string[];
  /** Names that somebody else keeps rewriting. */
  readonly contended: readonly ContendedName[];
  readonly nearQuotas: readonly NearQuota[];
  readonly findings: readonly string[];
}

/** Times in milliseconds since the epoch. */
export interface ContendedName extends Contention {
  readonly name: string;
}

/** What a plan found in its way, for people. */
export function obstaclesOf(
  { names, units, taken }: Plan,
  total: number | undefined,
): Pick<PlanRecord, 'conflicts' | 'contended' | 'nearQuotas'> {
  return {
    conflicts: [
      ...names.flatMap(({ name, conflict }) => (conflict === undefined ? [] : [`${shownName(name)} ${conflict}`])),
      ...taken,
    ].map((conflict) => printable(conflict, MAX_FINDING)),
    contended: names.flatMap(({ name, contention }) => (contention ? [{ name, ...contention }] : [])),
    nearQuotas: nearQuotas({ names, units }, total),
  };
}

/** An event run, or a narrowed round, that could not read what it came for: it knows nothing, so it is not done. */
export const isBlind = ({ kind, clusters }: Pick<PlanRecord, 'kind' | 'clusters'>) =>
  kind === 'event' && anyUnread({ clusters });

/**
 * The names that a plan changes, each with the values that come and go.
 *
 * @param takenAt when the zone was read, in milliseconds since the epoch
 */
export function plannedNames({ names, dispositions }: Plan, takenAt: number): readonly PlannedName[] {
  const leftOut = Map.groupBy(
    dispositions.filter(({ outcome }) => outcome === 'left-out'),
    ({ name }) => name,
  );
  return names
    .filter(({ changes }) => changes.length > 0)
    .map(({ name, stays, leaves, steps = [] }) => ({
      name,
      ...(steps.length > 1 && { steps: steps.length }),
      created: stays.filter(({ isNew }) => isNew).map(plannedValue),
      removed: removedEndpoints(stays, leaves).map((leaving) => ({
        ...plannedValue(leaving),
        reason: leaving.reason,
        ...serviceOf(leaving, takenAt),
      })),
      declined: (leftOut.get(name) ?? []).flatMap(({ target, port, task }) =>
        target !== undefined && port !== undefined ? [`${endpointKey({ target, port })} ${task}`] : [],
      ),
    }));
}

function serviceOf({ reason, claim, entry }: Leaving, takenAt: number): { readonly service?: string } {
  if (reason !== 'unhealthy' || claim?.service === undefined) return {};
  return wasPublished(entry, claim.task, takenAt) ? { service: claim.service } : {};
}

/** Beside a value that stands already, another spelling of its endpoint (another weight, say) is no removal of it. */
function removedEndpoints(stays: readonly Staying[], leaves: readonly Leaving[]): readonly Leaving[] {
  const standing = new Set(stays.filter(({ isNew }) => !isNew).map(({ key }) => key));
  return leaves.filter(({ key }) => !standing.has(key));
}

/** The addresses and the marker that a plan makes, marks or removes; nothing where there are none. */
export function plannedBeside({ units }: Plan): { readonly beside?: PlannedBeside } {
  const made = units.filter(({ kind }) => kind === 'marker' || kind === 'address').map(({ name }) => name);
  const marked = units.filter(({ kind }) => kind === 'address-mark').map(({ name }) => name);
  const removed = units.filter(({ kind }) => kind === 'address-removal').map(({ name }) => name);
  return made.length + marked.length + removed.length > 0 ? { beside: { made, marked, removed } } : {};
}

/** What stood at every name that a plan covers, whether it changes or not. */
export function foundValues({ names }: Plan): readonly FoundValues[] {
  return names.map(({ name, stays, leaves }) => ({
    name,
    keys: [...stays.filter(({ isNew }) => !isNew), ...leaves].map(({ key }) => key),
  }));
}

/** A value to be removed is its entry's: whoever has the endpoint by now is another. */
function plannedValue({ key, value, claim, entry }: Staying | Leaving): PlannedValue {
  const whose = entry ?? claim;
  const declared = claim?.shift?.declared;
  const about = { key, value: srvText(value), target: value.target, ...(declared !== undefined && { declared }) };
  return { ...about, ...(whose && whereabouts(whose)) };
}

export function whereabouts({ task, cluster, containerInstance, awsvpc, atPublic }: Whereabouts): Whereabouts {
  return {
    ...(task !== undefined && { task }),
    ...(cluster !== undefined && { cluster }),
    ...(containerInstance !== undefined && { containerInstance }),
    ...(awsvpc !== undefined && { awsvpc }),
    ...(atPublic && { atPublic }),
  };
}

/**
 * The instances that a plan left out because they are still within their grace: worth another look, for ten minutes from
 * their start at most. Full runs see those that have declared a longer grace.
 */
export function startingInstances({ dispositions }: Plan, { judged }: Reading): readonly StartingInstance[] {
  const starting = new Set(
    dispositions.flatMap(({ outcome, reason, name, task, target }) =>
      outcome === 'left-out' && reason === 'starting' && target !== undefined ? [`${name} ${task}`] : [],
    ),
  );
  return judged.flatMap(({ claim }) => {
    const { name, task, startedAt, graceEndsAt, endpoint } = claim;
    if (!endpoint || graceEndsAt === undefined || !starting.has(`${name} ${task}`)) return [];
    const waitsUntil = Math.min(graceEndsAt, (startedAt ?? graceEndsAt) + MAX_START_GRACE);
    return [{ name, graceEndsAt: waitsUntil, ...whereabouts(claim) }];
  });
}

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
 * Text that does not change hides a change of claimant: a value may stand for one task when a run reads it, and for the
 * next one when that run removes it. So whoever removes a value reads its claim again, and whoever takes a standing value
 * over for another claim reads the zone again. Claims are written before the zone is read again, and a value is removed
 * before its claim is read again: whichever of the two comes last sees it (design, section 4).
 */

/** A value that stands and is kept for another claim than the inventory has for it, or where it has none. */
export interface TakenOver extends PlannedValue {
  readonly name: string;
}
