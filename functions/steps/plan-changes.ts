import { createHash } from 'node:crypto';
import { pool } from '../adapters/pool.ts';
import { runStore } from '../adapters/run-store.ts';
import { type Claim, type ClaimCheck, claimCheck } from '../contracts/claim-check.ts';
import { type Environment, namingOf, readEnvironment } from '../contracts/environment.ts';
import { keys } from '../contracts/objects.ts';
import { planChangesContract, type RunState, runKey } from '../contracts/run.ts';
import { stillUnhealthy } from '../domain/health/stop.ts';
import { type IdleAddresses, mergeIdle } from '../domain/plan/addresses.ts';
import { batchUnits } from '../domain/plan/batch.ts';
import { type HeldRemoval, mergeHeld, type UnexplainedRemoval } from '../domain/plan/guard.ts';
import { type NameHints, rememberSightings } from '../domain/plan/inventory.ts';
import { planNegativeTtl } from '../domain/plan/negative-ttl.ts';
import { type Plan, type PlanSettings, planZone, type Reading, type ZoneSnapshot } from '../domain/plan/plan.ts';
import { type Quarantine, withoutNames } from '../domain/plan/quarantine.ts';
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
import { InvalidConfigurationError } from '../domain/run/errors.ts';
import { EMPTY_SCOPE, type Scope } from '../domain/run/scope.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { step } from '../runtime/step.ts';
import { type Clock, systemClock } from './clock.ts';

interface Ports {
  readonly claims: ClaimCheck;
  readonly clock: Clock;
}

interface PlanInput {
  readonly run: RunState;
  readonly snapshot: Claim;
  readonly reading: Claim;
}

/** Plans from the zone's snapshot and what was observed, holds what nothing explains, cuts the rest into change batches. */
export const planChanges =
  ({ claims, clock }: Ports, settings: PlanSettings & { readonly negativeTtl: number | undefined }) =>
  async ({ run, snapshot, reading }: PlanInput) => {
    const [zone, read, scope] = await Promise.all([
      claims.load<ZoneSnapshot>('snapshot', snapshot),
      claims.load<Reading>('reading', reading),
      run.scope ? claims.load<Scope>('scope', run.scope) : EMPTY_SCOPE,
    ]);
    const quarantine = (await claims.find<Quarantine>('quarantine', keys.quarantine)) ?? {};
    // A person who starts a run by hand has often just removed what was in the way.
    const retry = run.trigger === 'manual';
    const coverage = run.kind === 'full' ? { kind: run.kind, retry } : { kind: run.kind, names: scope.names };
    const plan = planZone(zone, { ...read, quarantine }, coverage, settings, await approvedRemovals(claims, run));
    const soa = planNegativeTtl(zone.marker?.withdrawn ? undefined : zone.soa, settings.negativeTtl);
    const plannedAt = clock.now();
    const batches = run.dryRun ? [] : batchUnits([...plan.units, ...soa.units]);
    const record = {
      ...recordOf(plan, { run, reading: read, scope, plannedAt }),
      ...obstaclesOf(plan, zone.total),
      findings: [...findingsOf(plan, read, zone.total), ...strangersFinding(zone), ...soa.findings],
      batches: batches.length,
    };
    await claims.keep('plan', runKey(run, 'plan'), record);
    if (record.heldHash) await claims.keep('held', keys.held(record.heldHash), plan.held);

    count(plan);
    // Hints are written before the zone is changed, so that whatever happens then can be explained.
    if (!run.dryRun) {
      await writeHints(claims, plan, { hints: read.hints, now: read.now });
      await writeHeld(claims, plan, read);
      await liftQuarantine(claims, plan);
    }
    return {
      batches: await Promise.all(
        batches.map(async ({ after, units }, index) => ({
          index,
          after: [...after],
          plannedAt,
          batch: await claims.save('batch', runKey(run, `batch-${index}`), units, Math.floor(16_384 / batches.length)),
        })),
      ),
      settled: batches.length === 0 && record.starting.length === 0 && !isBlind(record),
      summary: summarize(record),
    };
  };

const strangersFinding = ({ strangers }: ZoneSnapshot): readonly string[] =>
  strangers === undefined ? [] : [`below our owner label stands what no deployment has made, and stays: ${strangers}`];

/** What a person approved of an earlier run's held removals; only while the run is full. */
async function approvedRemovals(
  claims: ClaimCheck,
  { approve, pass }: RunState,
): Promise<readonly UnexplainedRemoval[]> {
  if (approve === undefined || pass > 1) return [];
  const held = await claims.find<UnexplainedRemoval[]>('held', keys.held(approve));
  if (held) return held;
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

/** Writes on top of what other runs have learned meanwhile; names about which there is nothing new are not touched. */
async function writeHints(
  claims: ClaimCheck,
  { sightings, idleAddresses }: Plan,
  { hints, now }: { hints: readonly NameHints[]; now: number },
): Promise<void> {
  const read = new Map(hints.map((hint) => [hint.name, hint]));
  const nothing = (name: string): NameHints => ({ name, values: {} });
  const news = sightings.filter((one) => rememberSightings(read.get(one.name) ?? nothing(one.name), one, now));
  await pool(news, 20, (one) =>
    claims.revise<NameHints>('hints', keys.hints(one.name), (before) =>
      rememberSightings(before ?? nothing(one.name), one, now),
    ),
  );
  if (!idleAddresses) return;
  await claims.revise<IdleAddresses>('idle-addresses', keys.idleAddresses, (stored = {}) =>
    mergeIdle(stored, { idle: idleAddresses, now }),
  );
}

/** Names of which nothing is wanted any more leave the quarantine; those that went through have left it with their batch. */
async function liftQuarantine(claims: ClaimCheck, { lifted }: Plan): Promise<void> {
  if (lifted.length === 0) return;
  await claims.revise<Quarantine>('quarantine', keys.quarantine, (before) => before && withoutNames(before, lifted));
}

/** Only what changed is written, on top of what an overlapping run has written meanwhile. */
async function writeHeld(claims: ClaimCheck, { remembered }: Plan, { held: read }: Reading): Promise<void> {
  if (!remembered || (read.length === 0 && remembered.length === 0)) return;
  await claims.revise<readonly HeldRemoval[]>('held-now', keys.heldNow, (stored) =>
    mergeHeld(stored ?? [], { read, remembered }),
  );
}

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
