import { createHash } from 'node:crypto';
import { runStore } from '../adapters/run-store.ts';
import { type Claim, type ClaimCheck, claimCheck } from '../contracts/claim-check.ts';
import { type Environment, namingOf, readEnvironment } from '../contracts/environment.ts';
import { LASTING } from '../contracts/lasting-kinds.ts';
import { keys } from '../contracts/objects.ts';
import { planChangesContract, type RunState, runKey } from '../contracts/run.ts';
import { stillUnhealthy } from '../domain/health/stop.ts';
import { type IdleAddresses, mergeIdle } from '../domain/plan/addresses.ts';
import { batchUnits } from '../domain/plan/batch.ts';
import { mergeHeld, type UnexplainedRemoval } from '../domain/plan/guard.ts';
import { type LostObject, lostFinding } from '../domain/plan/lost-object.ts';
import { planNegativeTtl } from '../domain/plan/negative-ttl.ts';
import { type Plan, type PlanSettings, planZone, type Reading, type ZoneSnapshot } from '../domain/plan/plan.ts';
import { withoutNames } from '../domain/plan/quarantine.ts';
import {
  findingsOf,
  foundValues,
  isBlind,
  obstaclesOf,
  type PlanRecord,
  plannedBeside,
  plannedNames,
  type StartingInstance,
  startingInstances,
} from '../domain/plan/record.ts';
import { summarize } from '../domain/plan/summary.ts';
import { inventoryNews, unclaimedNames, unitsWithout } from '../domain/plan/unclaimed.ts';
import { eventsOf, roomForAnother, roomToChange } from '../domain/run/budget.ts';
import { InvalidConfigurationError } from '../domain/run/errors.ts';
import { isStale, readAnew } from '../domain/run/run.ts';
import { EMPTY_SCOPE, type Scope } from '../domain/run/scope.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { step } from '../runtime/step.ts';
import { type Clock, systemClock } from './clock.ts';
import { closeFormer, keepClusterReadings, writeInventory } from './inventory-store.ts';
import { type NotedObjects, notedObjects } from './noted-objects.ts';

interface Ports {
  readonly claims: ClaimCheck;
  readonly clock: Clock;
}

interface PlanInput {
  readonly run: RunState;
  readonly snapshot: Claim;
  readonly reading: Claim;
  /** How often the state machine has tried this already. */
  readonly retries?: number;
}

/** Retries for the sake of an object that cannot be written for now, of the six that the state machine makes. */
const PATIENCE = 4;

/** Plans from the zone's snapshot and what was observed, holds what nothing explains, cuts the rest into change batches. */
export const planChanges =
  ({ claims, clock }: Ports, settings: PlanSettings & { readonly negativeTtl: number | undefined }) =>
  async ({ run, snapshot, reading, retries = 0 }: PlanInput) => {
    const [zone, read, scope] = await Promise.all([
      claims.load<ZoneSnapshot>('snapshot', snapshot),
      claims.load<Reading>('reading', reading),
      run.scope ? claims.load<Scope>('scope', run.scope) : EMPTY_SCOPE,
    ]);
    const { effort = NO_EFFORT } = read;
    if (isStale(read.now, clock.now())) return tooOld(run, { read, now: clock.now() });
    const kept = notedObjects(claims.lasting, { patient: retries < PATIENCE });
    const quarantine = (await kept.read(LASTING.quarantine, keys.quarantine)) ?? {};
    // A person who starts a run by hand has often just removed what was in the way.
    const retry = run.trigger === 'manual';
    const coverage = run.kind === 'full' ? { kind: run.kind, retry } : { kind: run.kind, names: scope.names };
    const plan = planZone(zone, { ...read, quarantine }, coverage, settings, await approvedRemovals(kept, run));
    const soa = planNegativeTtl(zone.marker?.withdrawn ? undefined : zone.soa, settings.negativeTtl);
    const plannedAt = clock.now();
    // Claims are written before the zone is changed, so that whatever happens then can be explained.
    const unwritten = run.dryRun ? NO_NAMES : await remember(kept, plan, { run, snapshot: zone, reading: read });
    if (!run.dryRun) await keepWhatLasts(kept, plan, read);
    const all = run.dryRun ? [] : batchUnits([...unitsWithout(plan.units, unwritten), ...soa.units]);
    const room = roomToChange(effort, run);
    const batches = all.slice(0, room);
    const unsent = all.slice(room).flatMap(({ units }) => units.map(({ name }) => name));
    const about = recordOf(plan, { run, reading: read, scope, plannedAt });
    if (about.heldHash)
      await kept.revise(LASTING.held, keys.held(about.heldHash), (before) => (before ? undefined : plan.held));
    const lost = [...(read.lost ?? []), ...kept.lost()];
    const record: PlanRecord = {
      ...about,
      ...obstaclesOf(plan, zone.total),
      findings: [
        ...findingsOf(plan, read, zone.total),
        ...strangersFinding(zone),
        ...soa.findings,
        ...new Set(lost.map(lostFinding)),
        ...(all.length > room ? [`the plan has ${all.length} change batches, ${room} of them are sent first`] : []),
      ],
      batches: batches.length,
      events: eventsOf({ ...effort, changeBatches: batches.length }),
      ...(unsent.length > 0 && { unsent }),
      ...(unwritten.size > 0 && { unwritten: [...unwritten].sort() }),
    };
    await claims.keep('plan', runKey(run, 'plan'), record);

    count(plan);
    kept.report();
    return {
      batches: await Promise.all(
        batches.map(async ({ after, units }, index) => ({
          index,
          after: [...after],
          readAt: read.now,
          batch: await claims.save('batch', runKey(run, `batch-${index}`), units, Math.floor(16_384 / batches.length)),
        })),
      ),
      reading: 'fresh' as const,
      settled: batches.length === 0 && record.starting.length === 0 && unwritten.size === 0 && !isBlind(record),
      summary: summarize(record),
    };
  };

const strangersFinding = ({ strangers }: ZoneSnapshot): readonly string[] =>
  strangers === undefined ? [] : [`below our owner label stands what no deployment has made, and stays: ${strangers}`];

const NO_EFFORT = { clusters: 0, probeBatches: 0 };

/** Nothing is planned from a view that is too old: the same pass begins once more, as long as there are rounds. */
function tooOld(run: RunState, { read, now }: { readonly read: Reading; readonly now: number }) {
  const { effort = NO_EFFORT } = read;
  const age = now - read.now;
  const spent = {
    ...run,
    events: (run.events ?? 0) + eventsOf({ ...effort, changeBatches: 0 }),
  };
  const anew = roomForAnother(spent, { clusters: effort.clusters, startedAt: run.startedAt, now })
    ? readAnew(spent)
    : undefined;
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
): Promise<readonly UnexplainedRemoval[]> {
  if (approve === undefined || kind !== 'full') return [];
  const key = keys.held(approve);
  const held = await kept.read(LASTING.held, key);
  if (held) return held;
  // Nothing is approved by a list that cannot be read: it is written anew, and approved after that.
  if (kept.lost().some((one) => one.key === key)) return [];
  throw new InvalidConfigurationError(
    `got approve "${approve}", want the hash that a run which ended in RemovalsHeld named within the last 90 days`,
  );
}

function recordOf(
  plan: Plan,
  { run, reading, scope, plannedAt }: { run: RunState; reading: Reading; scope: Scope; plannedAt: number },
): Omit<PlanRecord, 'batches' | 'findings' | keyof ReturnType<typeof obstaclesOf>> {
  const starting: readonly StartingInstance[] = run.dryRun ? [] : startingInstances(plan, reading);
  // A full run looks again only at the starts whose events it has drained; all others wait for the next one.
  const looked = new Set(scope.tasks.map(({ task }) => task));
  return {
    kind: run.kind,
    plannedAt,
    clusters: reading.clusters,
    names: plannedNames(plan),
    ...plannedBeside(plan),
    ...(run.kind === 'event' && { found: foundValues(plan) }),
    dispositions: plan.dispositions,
    held: plan.held,
    ...(plan.held.length > 0 && { heldHash: hashOf(plan.held) }),
    ours: plan.ours,
    starting: run.kind === 'full' ? starting.filter(({ task }) => task !== undefined && looked.has(task)) : starting,
    ...(run.kind === 'full' && { unhealthy: stillUnhealthy(plan, reading) }),
    proberSuspected: plan.proberSuspected,
  };
}

/** Names exactly these removals, whatever order they were found in. */
function hashOf(held: readonly UnexplainedRemoval[]): string {
  const text = held
    .map(({ name, value }) => `${name} ${value}`)
    .sort()
    .join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Brings what the plan has learned into the inventory; gives the names that may not be changed without it. */
async function remember(
  kept: NotedObjects,
  plan: Plan,
  { run, snapshot, reading }: { readonly run: RunState; readonly snapshot: ZoneSnapshot; readonly reading: Reading },
): Promise<ReadonlySet<string>> {
  const { now, clusters, inventory = NO_INVENTORY } = reading;
  const whole = run.kind === 'full';
  const read = Object.keys(clusters).filter((cluster) => whole && clusters[cluster] === 'read');
  const readingKept = whole && (await keepClusterReadings(kept, read, { ...inventory, now }));
  const learning = { now, takenAt: snapshot.takenAt, whole, readingKept };
  const unwritten = await writeInventory(
    kept,
    inventoryNews(plan.sightings, reading.hints, learning),
    whole ? damagedOf(reading.lost) : undefined,
  );
  if (whole && inventory.formerOpen && unwritten.names.size === 0) await closeFormer(kept);
  return unclaimedNames(plan.names, unwritten);
}

const NO_INVENTORY = { clusterReadings: {}, formerOpen: false };

const damagedOf = (lost: readonly LostObject[] = []): ReadonlySet<string> =>
  new Set(lost.flatMap(({ key, damaged }) => (damaged ? [key] : [])));

/** Only what changed is written, on top of what an overlapping run has written meanwhile; and what is broken, anew. */
async function keepWhatLasts(
  kept: NotedObjects,
  { remembered, idleAddresses, lifted }: Plan,
  { held: read, idleAddresses: idle, lost, now }: Reading,
): Promise<void> {
  const damaged = damagedOf([...(lost ?? []), ...kept.lost()]);
  if (idleAddresses && (damaged.has(keys.idleAddresses) || !sameTimes(idle, idleAddresses))) {
    await kept.revise(LASTING.idleAddresses, keys.idleAddresses, (stored = {}) =>
      mergeIdle(stored, { idle: idleAddresses, now }),
    );
  }
  if (remembered && (damaged.has(keys.heldNow) || read.length + remembered.length > 0)) {
    await kept.revise(LASTING.heldNow, keys.heldNow, (stored) =>
      stored ? mergeHeld(stored, { read, remembered }) : remembered,
    );
  }
  // Names of which nothing is wanted any more; those that went through have left the quarantine with their batch.
  if (lifted.length > 0 || damaged.has(keys.quarantine)) {
    await kept.revise(LASTING.quarantine, keys.quarantine, (before) =>
      before ? withoutNames(before, lifted) : damaged.has(keys.quarantine) ? {} : undefined,
    );
  }
}

const sameTimes = (one: IdleAddresses, other: IdleAddresses) =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(other).every(([target, time]) => one[target] === time);

function count(plan: Plan): void {
  for (const [metric, outcome] of [
    ['InstancesPublished', 'published'],
    ['ValuesRemoved', 'removed'],
    ['InstancesLeftOut', 'left-out'],
  ] as const) {
    metrics.addMetric(
      metric,
      'Count',
      plan.dispositions.filter((disposition) => disposition.outcome === outcome).length,
    );
  }
  metrics.addMetric('RemovalsHeld', 'Count', plan.held.length);
  metrics.addMetric('ProberSuspected', 'Count', plan.proberSuspected ? 1 : 0);
  logger.info('planned', { changes: plan.units.length, held: plan.held.length, ours: plan.ours });
}

export const planSettings = (
  environment: Environment<
    | 'ZONE_NAME'
    | 'OWNER_LABEL'
    | 'RECORD_TTL'
    | 'ROUTING'
    | 'NEGATIVE_TTL'
    | 'DEPLOYMENT_ID'
    | 'MAX_DELETE_SHARE'
    | 'GUARD_MINIMUM'
    | 'MINIMUM_HEALTHY_SHARE'
  >,
): PlanSettings & { readonly negativeTtl: number | undefined } => ({
  naming: namingOf(environment),
  recordTtl: environment.RECORD_TTL,
  routing: environment.ROUTING,
  negativeTtl: environment.NEGATIVE_TTL,
  deployment: environment.DEPLOYMENT_ID,
  maxDeleteShare: environment.MAX_DELETE_SHARE,
  guardMinimum: environment.GUARD_MINIMUM,
  minimumHealthyShare: environment.MINIMUM_HEALTHY_SHARE,
});

export const handler = step(planChangesContract, () => {
  const environment = readEnvironment(
    process.env,
    'ZONE_NAME',
    'OWNER_LABEL',
    'RECORD_TTL',
    'ROUTING',
    'NEGATIVE_TTL',
    'DEPLOYMENT_ID',
    'MAX_DELETE_SHARE',
    'GUARD_MINIMUM',
    'MINIMUM_HEALTHY_SHARE',
    'RUN_BUCKET',
  );
  return planChanges(
    { claims: claimCheck(runStore(environment.RUN_BUCKET)), clock: systemClock },
    planSettings(environment),
  );
});
