import type { Naming } from '../dns/naming.ts';
import { ownerSubtree } from '../dns/naming.ts';
import type { RecordSet, Routing } from '../dns/record-set.ts';
import { suspectProber } from '../health/policy.ts';
import type { AbsenceFacts } from '../judging/absent.ts';
import { guardRemovals } from '../judging/guard.ts';
import { judgeName } from '../judging/judge-name.ts';
import { countPublishedProbes } from '../judging/published-probes.ts';
import { withdrawName } from '../judging/withdraw.ts';
import { type HeldRemoval, rememberHeld, type UnexplainedRemoval } from '../reading/held.ts';
import type { Sightings } from '../reading/inventory.ts';
import type { ClusterReading, Coverage, Reading, ZoneSnapshot } from '../reading/reading.ts';

import { whyUnread } from '../reading/unread.ts';
import { claimsName, type Disposition } from '../words/reason.ts';
import { type IdleAddresses, takenTargets } from '../zone/addresses.ts';
import { type ChangeUnit, withBeside } from '../zone/change.ts';

import { markerUnit } from '../zone/marker.ts';

import { eachOnce, ourValues } from '../zone/routing.ts';
import { addressView, planAddressUnits, targetsOf } from './address-units.ts';
import { leaveOut, type NamePlan } from './name-plan.ts';
import { heldBack, liftedNames, quarantinedTargets, setAside, withoutHeldAddresses } from './set-aside.ts';
import { settleName } from './settle-name.ts';
import { sightingsOf } from './sightings.ts';

export interface PlanSettings {
  readonly naming: Naming;
  readonly recordTtl: number;
  readonly routing: Routing;
  readonly deployment: string;
  readonly maxDeleteShare: number;
  /** From this many values of ours on, the guard judges. */
  readonly guardMinimum: number;
  readonly minimumHealthyShare: number;
}

export interface Plan {
  readonly names: readonly NamePlan[];
  readonly units: readonly ChangeUnit[];
  readonly dispositions: readonly Disposition[];
  /** Quarantined names of which nothing is wanted any more. */
  readonly lifted: readonly string[];
  /** Unexplained removals that the guard holds back; anything here ends the run in RemovalsHeld. */
  readonly held: readonly UnexplainedRemoval[];
  /** What later full runs go on holding; only full runs know. */
  readonly remembered?: readonly HeldRemoval[];
  /** What of others stands at targets that are wanted, as `<target> <what>`. */
  readonly taken: readonly string[];
  /** Values of ours in the snapshot. */
  readonly ours: number;
  /** What to remember before the zone is changed. */
  readonly sightings: readonly Sightings[];
  /** Only full runs know. */
  readonly idleAddresses?: IdleAddresses;
  readonly proberSuspected: boolean;
}

/**
 * The product: observed tasks and current record sets in, a plan out, every difference with its reason.
 *
 * Pure: no clock, no I/O, no mutation; the order of its inputs does not matter. Planning again on a zone that the plan
 * was applied to, with the same reading, plans nothing (L5); only instances that fail their checks may have to wait for
 * one plan more, which counts those that this one publishes.
 */
export function planZone(
  snapshot: ZoneSnapshot,
  reading: Reading,
  coverage: Coverage,
  settings: PlanSettings,
  approved: readonly Pick<UnexplainedRemoval, 'name' | 'value'>[] = [],
): Plan {
  const { naming } = settings;
  const views = nameViews(snapshot, reading, coverage, naming);
  const oursByName = new Map(
    views.map(({ name, sets }) => [name, eachOnce(sets.flatMap((set) => ourValues(set, naming)))]),
  );
  const ours = [...oursByName.values()].reduce((sum, values) => sum + values.length, 0);
  const proberSuspected = coverage.kind === 'full' && suspectProber(countPublishedProbes(reading, oursByName));
  const context = {
    naming,
    routing: settings.routing,
    facts: absenceFacts(reading, coverage.kind, ours >= settings.guardMinimum || reading.held.length > 0),
    listed: new Set(reading.listed),
    undefinedTasks: new Set(
      reading.judged.flatMap(({ candidate: { left, task } }) => (left?.reason === 'no-definition' ? [task] : [])),
    ),
    minimumHealthyShare: settings.minimumHealthyShare,
    proberSuspected,
  };

  const quarantine = reading.quarantine ?? {};
  const aside = {
    naming,
    now: reading.now,
    quarantine,
    written: new Map(reading.hints.flatMap(({ name, written }) => (written ? [[name, written] as const] : []))),
    retry: coverage.kind === 'full' && coverage.retry === true,
    taken: takenTargets(addressView(snapshot, reading, naming)),
    unmarked: !snapshot.marker,
  };

  const withdrawn = snapshot.marker?.withdrawn === true;
  const judgements = views
    .map((view) => judgeName(view, context))
    .map((judged) => (withdrawn ? withdrawName(judged) : withoutHeldAddresses(judged, aside)));
  const unexplained = judgements.flatMap(({ name, leave }) =>
    leave.filter(({ reason }) => reason === 'unexplained').map(({ key, value }) => ({ name, key, value })),
  );
  const { held } = guardRemovals(unexplained, { ...settings, ours, approved, heldBefore: reading.held });
  const heldAt = Map.groupBy(held, ({ name }) => name);
  const settled = judgements.map((judgement) => {
    const keys = new Set(heldAt.get(judgement.name)?.map(({ key }) => key));
    return settleName(judgement, keys, { ...settings, kind: coverage.kind });
  });
  const names = settled.map((plan) => setAside(plan, aside));

  const unattributed = names.flatMap(({ name, keep }) =>
    keep.filter(({ candidate }) => !candidate).map(({ value }) => ({ name, value })),
  );

  const atTargets = targetsOf(names.flatMap(({ keep }) => keep)).union(new Set(judgements.flatMap(quarantinedTargets)));
  const taken = [...aside.taken].flatMap(([target, what]) => (atTargets.has(target) ? [`${target} ${what}`] : []));

  const addresses = planAddressUnits(snapshot, reading, names, coverage, naming);
  const goes = ({ name }: { readonly name: string }) => heldBack(name, aside) === undefined;
  const creates = addresses.creates.filter(goes);
  const created = new Set(creates.map(({ name }) => name));
  const nameUnits = names.filter(({ changes }) => changes.length > 0).map((plan) => unitOf(plan, created));
  const changes = [...creates, ...nameUnits, ...addresses.removes.filter(goes)];
  const units = changes.length > 0 && !snapshot.marker ? belowMarker(markerUnit(naming, settings), changes) : changes;
  const shown = Map.groupBy(
    [...snapshot.recordSets, ...(reading.addresses?.recordSets ?? [])],
    ({ ownerName }) => ownerName,
  );
  const wantedNames = new Set([
    ...settled.flatMap((plan) => (plan.changes.length > 0 ? [plan.name] : [])),
    ...[...addresses.creates, ...addresses.removes].map(({ name }) => name),
    ...judgements.flatMap(quarantinedTargets),
    ...(snapshot.marker ? [] : [ownerSubtree(naming)]),
  ]);
  return {
    names,
    units: units
      .map((unit) => withBeside(unit, shown.get(unit.name) ?? []))
      .map((unit) => (Object.hasOwn(quarantine, unit.name) ? { ...unit, retry: true } : unit)),
    lifted: isWhole(coverage, reading) ? liftedNames(quarantine, wantedNames) : [],
    dispositions: [...names.flatMap(({ dispositions }) => dispositions), ...unusableDeclarations(reading)],
    held,
    taken,
    ...(coverage.kind === 'full' && {
      remembered: rememberHeld(reading.held, { held, unattributed, now: reading.now }),
    }),
    ours,
    sightings: names.map((plan, index) =>
      sightingsOf(plan, judgements[index], {
        ours: oursByName.get(plan.name),
        hints: views[index]?.hints,
        listed: context.listed,
        isListed: (cluster) => coverage.kind === 'full' && LISTED.has(reading.clusters[cluster]),
      }),
    ),
    ...(addresses.idle && { idleAddresses: addresses.idle }),
    proberSuspected,
  };
}

/** Readings of a cluster that show all of its tasks. */
const LISTED = new Set<ClusterReading | undefined>(['read', 'gone']);

/** Whether a plan knows of everything what is wanted of it. */
const isWhole = ({ kind }: Coverage, { clusters }: Reading) =>
  kind === 'full' && !Object.values(clusters).includes('unread');

/** Nothing is sent below an owner label whose marker did not come about: it may be somebody else's by now. */
function belowMarker(marker: ChangeUnit, changes: readonly ChangeUnit[]): readonly ChangeUnit[] {
  return [marker, ...changes.map((unit) => ({ ...unit, needs: [marker.name, ...unit.needs] }))];
}

/** The names that a plan covers, in order, each with what stands there and who claims it. */
function nameViews(snapshot: ZoneSnapshot, reading: Reading, coverage: Coverage, naming: Naming) {
  const sets = Map.groupBy(snapshot.recordSets, ({ ownerName }) => ownerName);
  const claimed = reading.judged.filter(({ candidate }) => claimsName(candidate));
  const candidates = Map.groupBy(claimed, ({ candidate }) => candidate.name);
  const hints = new Map(reading.hints.map((hint) => [hint.name, hint]));
  const published = snapshot.recordSets
    .filter((set) => ourValues(set, naming).length > 0)
    .map(({ ownerName }) => ownerName);
  const names = coverage.kind === 'event' ? coverage.names : [...published, ...candidates.keys()];
  return [...new Set(names)].sort().map((name) => ({
    name,
    sets: (sets.get(name) ?? []).sort(byIdentity),
    candidates: candidates.get(name) ?? [],
    hints: hints.get(name) ?? { name, values: {} },
  }));
}

const identityOf = ({ type, setIdentifier = '' }: RecordSet) => `${type} ${setIdentifier}`;
const byIdentity = (one: RecordSet, other: RecordSet) => (identityOf(one) < identityOf(other) ? -1 : 1);

/** Unusable declarations belong to no name's plan; each run reports those of the tasks that it looked at. */
function unusableDeclarations({ judged }: Reading): readonly Disposition[] {
  return judged.flatMap(({ candidate }) => {
    const { left } = candidate;
    return left && !claimsName(candidate) ? [leaveOut({ candidate, ...left })] : [];
  });
}

function absenceFacts(reading: Reading, kind: Coverage['kind'], guarded: boolean): AbsenceFacts {
  const taken = new Set(reading.addressTaken);
  const unread = new Map(reading.unread?.map((one) => [one.cluster, whyUnread(one)]));
  return {
    kind,
    now: reading.now,
    taskFate: (task) => reading.taskFates[task],
    hostFate: (containerInstance) => reading.hostFates[containerInstance],
    cluster: (arn) => reading.clusters[arn] ?? 'unread',
    whyUnread: (arn) => unread.get(arn),
    anyClusterUnread: Object.values(reading.clusters).includes('unread'),
    nothingListed: kind === 'full' && guarded && reading.listed.length === 0,
    addressTaken: (task) => taken.has(task),
  };
}

function unitOf({ name, changes, keep, written }: NamePlan, created: ReadonlySet<string>): ChangeUnit {
  const needs = [...targetsOf(keep).intersection(created)];
  return { name, kind: 'name', changes, needs, ...(written && { written }) };
}
