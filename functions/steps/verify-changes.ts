import { ec2Reader } from '../adapters/ec2-reader.ts';
import { definitionReader } from '../adapters/ecs-definitions.ts';
import { instanceReader } from '../adapters/ecs-instances.ts';
import { ecsReader } from '../adapters/ecs-reader.ts';
import { type EventQueue, eventQueue } from '../adapters/event-queue.ts';
import { messageOf } from '../adapters/faults.ts';
import { pool } from '../adapters/pool.ts';
import { type ZoneReader, zoneReader } from '../adapters/route53-zone.ts';
import { runStore } from '../adapters/run-store.ts';
import { type ClaimCheck, claimCheck } from '../contracts/claim-check.ts';
import { readEnvironment } from '../contracts/environment.ts';
import type { Receipt } from '../contracts/objects.ts';
import {
  type AppliedBatch,
  type ApplyResult,
  type BatchItem,
  type RunState,
  runKey,
  verifyChangesContract,
} from '../contracts/run.ts';
import { compareNames } from '../domain/dns/name.ts';
import { addressOf, type Naming, ownerSubtree } from '../domain/dns/naming.ts';
import type { RecordSet } from '../domain/dns/record-set.ts';
import { parseSrv } from '../domain/dns/srv.ts';
import type { Candidate, CandidateSettings } from '../domain/ecs/endpoint.ts';
import type { ChangeUnit } from '../domain/plan/change.ts';
import { reaches } from '../domain/plan/known-addresses.ts';
import { isBlind, type PlannedName, type PlanRecord } from '../domain/plan/record.ts';
import {
  changedSoFar,
  type Disagreement,
  disagreements,
  hostsOf,
  scopeAt,
  scopeOfNames,
  scopeOfStarts,
  scopeOfVerification,
} from '../domain/plan/verify.ts';
import { ClusterGoneError } from '../domain/run/errors.ts';
import { nextStep } from '../domain/run/run.ts';
import { clustersOf, joinScopes, type Scope, within } from '../domain/run/scope.ts';
import { logger, metrics } from '../runtime/powertools.ts';
import { step } from '../runtime/step.ts';
import { type Clock, systemClock } from './clock.ts';
import { countLatency } from './event-latency.ts';
import { type EcsPorts, listed, observeTasks } from './observe.ts';
import { type KeptPass, loadPasses } from './passes.ts';
import { candidateSettings, OBSERVATION_VARIABLES } from './settings.ts';

/** Beyond this many hosts of a cluster, or address sets, one listing of all costs less than asking for each. */
const WORTH_LISTING = 20;

interface Ports extends EcsPorts {
  readonly claims: ClaimCheck;
  readonly zone: Pick<ZoneReader, 'at' | 'below' | 'from'>;
  readonly queue: Pick<EventQueue, 'delete'>;
  readonly clock: Clock;
  readonly random: () => number;
}

interface VerifyInput {
  readonly run: RunState;
  readonly batches: readonly BatchItem[];
  readonly applied: readonly AppliedBatch[];
}

/** Looks again at what was changed, and says what follows: another round, another look at starts, or the end. */
export const verifyChanges =
  ({ claims, zone, queue, clock, random, ...ports }: Ports, settings: CandidateSettings) =>
  async ({ run, batches, applied }: VerifyInput) => {
    const passes = await loadPasses(claims, run);
    const plan = await claims.load<PlanRecord>('plan', { key: runKey(run, 'plan') });
    const open = await openNames(claims, run, batches, applied);
    const changed = changedSoFar(passes);
    const about = { run: passes[0], changed, latest: changedSoFar(passes.slice(-1)) };
    const unsettled = plan.names.filter(
      ({ name, created }) => open.has(name) || created.some(({ value }) => open.has(parseSrv(value)?.target ?? '')),
    );
    const [seen, addresses] = await Promise.all([
      lookAgain({ ...ports, known: hostsOf(changed, settings.naming) }, about, settings),
      missingAddresses(zone, about, settings),
    ]);
    const found = [...disagreements(changed, seen), ...addresses];
    const blind = isBlind(plan);

    const scope = joinScopes([
      scopeOfNames(unsettled),
      ...found.map(({ name, where }) => scopeAt(name, where)),
      ...found.map(({ name }) => scopeOfNames(changed.filter((one) => one.name === name))),
      scopeOfStarts(plan.starting),
      ...(blind && run.scope ? [await claims.load<Scope>('scope', run.scope)] : []),
    ]);
    const graceEndsAt = Math.max(0, ...plan.starting.map((instance) => instance.graceEndsAt));
    const step = nextStep(run, {
      unsettled: open.size > 0 || found.length > 0 || blind,
      ...(graceEndsAt > 0 && { graceEndsAt }),
      now: clock.now(),
      random: random(),
    });
    report(found, open, step.next);
    const settledNow = step.next === 'look' && Object.values(plan.clusters).every((reading) => reading !== 'unread');
    return {
      next: step.next,
      seconds: 'seconds' in step ? step.seconds : 0,
      run: await nextRun(claims, settledNow ? await withoutMessages({ claims, queue, clock }, run) : run, {
        step: step.next,
        scope,
      }),
      disagreements: found.slice(0, 10).map(({ name, finding }) => `${name} ${finding}`.slice(0, 400)),
    };
  };

/** The names that have to be read and planned again: moved, stale, or lost with their batch. */
async function openNames(
  claims: ClaimCheck,
  run: RunState,
  batches: readonly BatchItem[],
  applied: readonly AppliedBatch[],
): Promise<ReadonlySet<string>> {
  const open = await pool(batches, 10, async ({ index, batch }) => {
    const answered = applied.some((one) => one.index === index && !('unknown' in one));
    const result = answered ? await claims.find<ApplyResult>('applied', runKey(run, `applied-${index}`)) : undefined;
    if (result) return [...result.moved, ...result.stale];
    return (await claims.load<ChangeUnit[]>('batch', batch)).map(({ name }) => name);
  });
  return new Set(open.flat());
}

/** What a run has changed so far; its first pass says what kind of run it is. */
interface Changed {
  readonly run: KeptPass | undefined;
  readonly changed: readonly PlannedName[];
  /** Of that, what its latest pass has changed. */
  readonly latest: readonly PlannedName[];
}

/** The calls of an event run depend on its events, never on the fleet. */
const worthListing = ({ run }: Changed, count: number) => run?.plan.kind === 'full' && count > WORTH_LISTING;

async function lookAgain(ports: EcsPorts, about: Changed, settings: CandidateSettings): Promise<readonly Candidate[]> {
  const scope = scopeOfVerification(about.changed, about.latest);
  const seen = await pool(clustersOf(scope), 5, async (cluster) => {
    const { hosts, tasks } = within(scope, cluster);
    const instances = hosts.map(({ containerInstance }) => containerInstance);
    try {
      const running = await listed(ports, cluster, worthListing(about, instances.length) ? undefined : instances);
      const described = await ports.ecs.describeTasks(cluster, [
        ...new Set([...running, ...tasks.map(({ task }) => task)]),
      ]);
      return (await observeTasks(ports, cluster, described.tasks, settings)).candidates;
    } catch (fault) {
      if (fault instanceof ClusterGoneError) return [];
      throw fault;
    }
  });
  return seen.flat();
}

/** Address record sets that created values name and that are not there (L9). */
async function missingAddresses(
  zone: Ports['zone'],
  about: Changed,
  { naming }: CandidateSettings,
): Promise<readonly Disagreement[]> {
  const created = about.changed.flatMap(({ name, created }) =>
    created.flatMap((where) => ({ name, where, target: parseSrv(where.value)?.target ?? '' })),
  );
  const targets = [...new Set(created.map(({ target }) => target))];
  const sets = worthListing(about, targets.length)
    ? await zone.below(ownerSubtree(naming))
    : await setsAt(zone, targets, naming);
  const right = new Set(
    sets.flatMap(({ ownerName, type, values }) =>
      type === 'A' && values.length === 1 && values[0] === addressOf(ownerName, naming) ? [ownerName] : [],
    ),
  );
  return created
    .filter(({ target }) => !right.has(target))
    .map(({ name, where, target }) => ({
      name,
      where,
      finding: `published ${where.value}, but ${target} has no right address record set`,
    }));
}

/** What stands at some targets: one call from the first on, which mostly has the others too, and one for each that it lacks. */
async function setsAt(zone: Ports['zone'], targets: readonly string[], naming: Naming): Promise<readonly RecordSet[]> {
  const [first, ...others] = targets.toSorted(compareNames);
  if (first === undefined) return [];
  const page = await zone.from(first);
  const beyond = others.filter((target) => !reaches(page, target, naming));
  return [...page.recordSets, ...(await pool(beyond, 5, (target) => zone.at(target))).flat()];
}

async function nextRun(
  claims: ClaimCheck,
  run: RunState,
  { step, scope }: { step: 'publish' | 'contended' | 'again' | 'look'; scope: Scope },
): Promise<RunState> {
  if (step === 'publish' || step === 'contended') return run;
  const pass = run.pass + 1;
  const counted = step === 'again' ? { round: run.round + 1 } : { looks: run.looks + 1 };
  return {
    ...run,
    kind: 'event',
    pass,
    ...counted,
    scope: await claims.save('scope', runKey({ ...run, pass }, 'scope'), scope),
  };
}

/** Everything outside a start grace is in sync: the messages have done their duty. What cannot be deleted now, is later. */
async function withoutMessages(
  { claims, queue, clock }: Pick<Ports, 'claims' | 'queue' | 'clock'>,
  run: RunState,
): Promise<RunState> {
  const { messages, ...settled } = run;
  if (!messages) return run;
  const receipts = await claims.load<Receipt[]>('receipts', messages);
  try {
    await queue.delete(receipts.map(({ receipt }) => receipt));
  } catch (fault) {
    logger.warn('messages could not be deleted yet', { cause: messageOf(fault) });
    return run;
  }
  countLatency(receipts, clock.now());
  return settled;
}

function report(found: readonly Disagreement[], open: ReadonlySet<string>, next: string): void {
  metrics.addMetric('ChangesDisagreed', 'Count', found.length);
  logger.info('verified', { next, disagreements: found.map(({ finding }) => finding), open: [...open] });
}

export const handler = step(verifyChangesContract, () => {
  const environment = readEnvironment(
    process.env,
    ...OBSERVATION_VARIABLES,
    'HOSTED_ZONE_ID',
    'RUN_BUCKET',
    'EVENT_QUEUE_URL',
  );
  return verifyChanges(
    {
      claims: claimCheck(runStore(environment.RUN_BUCKET)),
      zone: zoneReader(environment.HOSTED_ZONE_ID),
      queue: eventQueue(environment.EVENT_QUEUE_URL),
      clock: systemClock,
      random: Math.random,
      ecs: ecsReader(),
      definitions: definitionReader(),
      instances: instanceReader(),
      ec2: ec2Reader(),
    },
    candidateSettings(environment),
  );
});
