import { KEPT_INLINE_BYTES, type Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import { type Given, planChangesContract, type RunState } from '../contracts/states.ts';
import type { Plan, PlanSettings } from '../domain/plan/plan.ts';
import { effortIn, eventsOf, roomForAnother, roomToChange } from '../domain/reading/budget.ts';
import { idOf, type UnexplainedRemoval } from '../domain/reading/held.ts';
import { lostFinding } from '../domain/reading/lost-object.ts';
import type { Reading, ZoneSnapshot } from '../domain/reading/reading.ts';
import { isStale, readAnew } from '../domain/reading/run.ts';
import { EMPTY_SCOPE, type Scope } from '../domain/reading/scope.ts';
import { batchUnits } from '../domain/sending/batch.ts';
import { sendingOf, slicesOf } from '../domain/sending/slices.ts';
import { unitsWithout } from '../domain/sending/unclaimed.ts';
import { findingsOf } from '../domain/telling/findings.ts';
import {
  foundValues,
  isBlind,
  obstaclesOf,
  type PlannedFrom,
  type PlanRecord,
  plannedBeside,
  plannedNames,
  type StartingInstance,
  startingInstances,
} from '../domain/telling/plan-record.ts';
import { plannedShifts } from '../domain/telling/planned-shifts.ts';
import { decidePass } from '../domain/telling/replay.ts';
import { seenDeployments } from '../domain/telling/seen-deployments.ts';
import { stillUnhealthy } from '../domain/telling/stop.ts';
import { summarize } from '../domain/telling/summary.ts';
import { takenOverIn } from '../domain/telling/takeover.ts';
import { InvalidConfigurationError } from '../domain/words/errors.ts';
import type { Disposition } from '../domain/words/reason.ts';
import type { Capacity } from '../domain/zone/capacity.ts';
import { digestOf } from '../observing/digest.ts';
import { aheadOf } from '../observing/inventory-store.ts';
import { keepWhatLasts, type Remembering, remember } from '../observing/keep-what-lasts.ts';
import { type NotedObjects, patientObjects } from '../observing/noted-objects.ts';
import { type PlanEnvironment, planSettings } from '../observing/settings.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { clock, payloads } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

interface Ports {
  readonly payloads: Payloads;
  readonly clock: Clock;
}

/**
 * Plans from the zone's snapshot and what was observed, holds what nothing explains, cuts the rest into change batches.
 *
 * @param capacity of each name; Route 53's unless given
 */
export const planChanges =
  (
    { payloads, clock }: Ports,
    environment: PlanEnvironment,
    limits = sendingOf(environment.REQUEST_SHARE),
    capacity?: Capacity,
  ) =>
  async ({ run, snapshot, reading, retries = 0 }: Given<typeof planChangesContract>) => {
    const settings = { ...planSettings(environment), ...(capacity && { capacity }) };
    const kept = patientObjects(payloads.lasting, retries);
    const [zone, read, scope, permitted, quarantine = {}] = await Promise.all([
      payloads.load('snapshot', snapshot),
      payloads.load('reading', reading),
      scopeOf(payloads, run, kept),
      run.permitted ? payloads.load('permitted', run.permitted) : [],
      kept.read(objectAt('quarantine')),
    ]);
    const effort = effortIn(read.effort);
    if (isStale(read.now, clock.now())) return tooOld(run, { read, now: clock.now() });
    // A person who starts a run by hand has often just removed what was in the way.
    const retry = run.trigger === 'manual';
    const coverage =
      run.kind === 'full'
        ? { kind: run.kind, retry }
        : { kind: run.kind, names: scope.names, ...(permitted.length > 0 && { permitted }) };
    const approved = await approvedRemovals(kept, run, read.held);
    const from = { coverage, settings, ...(Object.keys(quarantine).length > 0 && { quarantine }) };
    const { plan, soa } = decidePass({ snapshot: zone, reading: read, ...from, approved });
    const plannedAt = clock.now();
    const paused = run.dryRun ? undefined : zone.marker?.paused;
    const sends = !run.dryRun && !paused;
    // Claims are written before the zone is changed, so that whatever happens then can be explained.
    const takenOver = sends ? takenOverIn(plan.names, read.remembered) : [];
    const about = { run, snapshot: zone, reading: read, takenOver };
    const [unwritten] = await Promise.all([
      run.dryRun ? new Set<string>() : remember(kept, plan, about),
      'inline' in snapshot ? payloads.keep(objectAt('snapshot', run), zone) : undefined,
      'inline' in reading ? payloads.keep(objectAt('reading', run), read) : undefined,
    ]);
    if (!run.dryRun) await keepWhatLasts(kept, paused ? withoutSteps(plan) : plan, read);
    const all = !sends ? [] : batchUnits([...unitsWithout(plan.units, unwritten), ...soa.units], limits.batch);
    const fitting = { room: roomToChange(effort, run), age: plannedAt - read.now };
    const { now: batches, later } = slicesOf(all, fitting, limits.tempo);
    const planned = recordOf(plan, { ...about, scope, plannedAt, sends }, settings);
    if (planned.heldHash)
      await kept.revise(objectAt('held', planned.heldHash), (before) => (before ? undefined : plan.held));
    const shifts = plannedShifts(plan, { reading: read, snapshot: zone, settings });
    const deployments = seenDeployments(read.judged);
    const lost = [...(read.lost ?? []), ...kept.lost()];
    const record: PlanRecord = {
      ...planned,
      ...(paused && { paused }),
      from: { ...from, run: courseOf(run) },
      ...(run.approve !== undefined && approved.length > 0 && { approved: { hash: run.approve, removals: approved } }),
      ...(takenOver.length > 0 && { takenOver }),
      ...obstaclesOf(plan, zone.total),
      findings: [
        ...findingsOf(plan, read, zone.total),
        ...strangersFinding(zone),
        ...soa.findings,
        ...new Set(lost.map(lostFinding)),
        ...(batches.length < all.length
          ? [`the plan has ${all.length} change batches, ${batches.length} of them are sent first`]
          : []),
      ],
      ...(shifts.length > 0 && { shifts }),
      ...(deployments.length > 0 && { deployments }),
      batches: batches.length,
      events: eventsOf({ ...effort, changeBatches: batches.length }),
      ...(run.slice !== undefined && { slice: run.slice }),
      ...(later.length > 0 && { slices: later }),
      ...(unwritten.size > 0 && { unwritten: [...unwritten].sort() }),
    };
    const stored = await payloads.keep(objectAt('plan', run), record, KEPT_INLINE_BYTES);

    count(plan, run, sends);
    kept.report();
    const inlineBytes = Math.floor(BATCHES_TOTAL / Math.max(1, batches.length));
    return {
      kept: { pass: run.pass, plan: stored },
      batches: await Promise.all(
        batches.map(async ({ after, units }, index) => ({
          index,
          after: [...after],
          readAt: read.now,
          inlineBytes,
          batch: await payloads.save(objectAt('batch', run, index), units, inlineBytes),
        })),
      ),
      reading: 'fresh' as const,
      settled:
        paused !== undefined ||
        (batches.length + record.starting.length + takenOver.length + unwritten.size === 0 &&
          run.slice === undefined &&
          !isBlind(record)),
      summary: summarize(record),
    };
  };

/** What all change batches together may put inline into the state, in bytes, and their results once more. */
const BATCHES_TOTAL = 16_384;

/** An event run knows beforehand of which names it will remember something. */
async function scopeOf(payloads: Payloads, run: RunState, kept: NotedObjects): Promise<Scope> {
  const scope = run.scope ? await payloads.load('scope', run.scope) : EMPTY_SCOPE;
  if (run.kind === 'event' && !run.dryRun) aheadOf(kept, scope.names);
  return scope;
}

/** A run that only plans takes no step of what takes several: it marks no address, and lets no name out of quarantine. */
const withoutSteps = ({ idleAddresses: _, ...plan }: Plan): Plan => ({ ...plan, lifted: [] });

const strangersFinding = ({ strangers }: ZoneSnapshot): readonly string[] =>
  strangers === undefined ? [] : [`below our owner label stands what no deployment has made, and stays: ${strangers}`];

/** Nothing is planned from a view that is too old: the same pass begins once more, as long as there are rounds. */
function tooOld(run: RunState, { read, now }: { readonly read: Reading; readonly now: number }) {
  const effort = effortIn(read.effort);
  const age = now - read.now;
  const spent = {
    ...run,
    events: (run.events ?? 0) + eventsOf({ ...effort, changeBatches: 0 }),
  };
  const anew = roomForAnother(spent, { ...effort, startedAt: run.startedAt, now }) ? readAnew(spent) : undefined;
  const finding = `the reading was ${Math.round(age / 1_000)} s old when it was to be planned from: ${anew ? 'it is read anew' : 'nothing is left to read it anew'}`;
  logger.warn(finding, { pass: run.pass, round: run.round });
  return {
    batches: [],
    settled: false,
    reading: anew ? ('stale' as const) : ('spent' as const),
    ...(anew && { run: anew }),
    summary: summarize({ dispositions: [], findings: [finding] }),
  };
}

/** What a person approved of an earlier run's held removals; only while the run is full. */
async function approvedRemovals(
  kept: NotedObjects,
  { approve, kind }: RunState,
  now: readonly UnexplainedRemoval[],
): Promise<readonly UnexplainedRemoval[]> {
  if (approve === undefined || kind !== 'full') return [];
  const at = objectAt('held', approve);
  const held = await kept.read(at);
  if (held) return held;
  // Nothing is approved by a list that cannot be read: it is written anew, and approved after that.
  if (kept.lost().some((one) => one.key === at.key)) return [];
  throw new InvalidConfigurationError(
    `got approve "${approve}", want the hash that a run which ended in RemovalsHeld named within the last 90 days; ${await heldAtPresent(kept, now)}`,
  );
}

/** What is held, and the hash of exactly that, where a run has named it. */
async function heldAtPresent(kept: NotedObjects, held: readonly UnexplainedRemoval[]): Promise<string> {
  if (held.length === 0) return 'nothing is held at present';
  const hash = hashOf(held);
  const under = (await kept.read(objectAt('held', hash))) ? ` under "${hash}"` : '';
  return `${held.length} removals are held at present${under}`;
}

function recordOf(
  plan: Plan,
  {
    run,
    snapshot,
    reading,
    scope,
    plannedAt,
    sends,
  }: Remembering & { readonly scope: Scope; readonly plannedAt: number; readonly sends: boolean },
  settings: Pick<PlanSettings, 'minimumHealthyShare'>,
): Omit<PlanRecord, 'batches' | 'findings' | 'from' | keyof ReturnType<typeof obstaclesOf>> {
  const starting: readonly StartingInstance[] = sends ? startingInstances(plan, reading) : [];
  // A full run looks again only at the starts whose events it has drained; all others wait for the next one.
  const looked = new Set(scope.tasks.map(({ task }) => task));
  return {
    kind: run.kind,
    plannedAt,
    clusters: reading.clusters,
    ...(reading.unread && { unread: reading.unread }),
    ...(reading.sizes && { sizes: reading.sizes }),
    names: plannedNames(plan, snapshot.takenAt),
    ...plannedBeside(plan),
    ...(run.kind === 'event' && { found: foundValues(plan) }),
    dispositions: plan.dispositions,
    held: plan.held,
    ...(plan.held.length > 0 && { heldHash: hashOf(plan.held) }),
    ours: plan.ours,
    starting: run.kind === 'full' ? starting.filter(({ task }) => task !== undefined && looked.has(task)) : starting,
    ...(run.kind === 'full' && { unhealthy: stillUnhealthy(plan, reading, settings) }),
    proberSuspected: plan.proberSuspected,
  };
}

const courseOf = ({ trigger, round, looks, startedAt, events }: RunState): PlannedFrom['run'] => ({
  trigger,
  round,
  looks,
  startedAt,
  ...(events !== undefined && { events }),
});

/** Names exactly these removals, whatever order they were found in. */
const hashOf = (held: readonly UnexplainedRemoval[]): string => digestOf(held.map(idOf).sort().join('\n'));

/** What a run only plans pages nobody. */
function count(plan: Plan, { kind, clusters, dryRun }: RunState, sends: boolean): void {
  const of = (outcome: Disposition['outcome']) => plan.dispositions.filter((one) => one.outcome === outcome).length;
  if (kind === 'full' && clusters === undefined && !dryRun) {
    metrics.addGauge('InstancesPublished', of('published'));
    metrics.addGauge('InstancesLeftOut', of('left-out'));
  }
  // Event runs remove what has stopped, which `ChangesApplied` tells well enough.
  if (kind === 'full' && sends) metrics.addMetric('ValuesRemoved', 'Count', of('removed'));
  if (sends) metrics.addMetric('RemovalsHeld', 'Count', plan.held.length);
  if (!dryRun) metrics.addMetric('ProberSuspected', 'Count', plan.proberSuspected ? 1 : 0);
  logger.info('planned', { changes: plan.units.length, held: plan.held.length, ours: plan.ours });
}

export const handler = wire('PlanChanges', {
  contract: planChangesContract,
  ports: { payloads, clock },
  work: planChanges,
});
