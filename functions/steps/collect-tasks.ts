import type { Payloads } from '../contracts/crossing.ts';
import type { Environment } from '../contracts/environment.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { GroupMember, Observation } from '../contracts/reading-shapes.ts';
import { collectTasksContract, type Given, type RunState } from '../contracts/states.ts';
import type { Task } from '../domain/ecs/task.ts';
import { type ProbeSettings, probeBatches, probeLoad } from '../domain/health/probe-batch.ts';
import { hasChanged } from '../domain/health/probe-shares.ts';
import { isOtherSize } from '../domain/reading/groups.ts';
import { EMPTY_SCOPE, type ScopedTask } from '../domain/reading/scope.ts';
import { areOther, readsFor } from '../domain/reading/turns-of-groups.ts';
import { listsAll } from '../domain/telling/verify.ts';
import { ClusterGoneError, StaleReadingError } from '../domain/words/errors.ts';
import { isPassing } from '../domain/words/passing.ts';
import { faultOf, keepCause } from '../observing/cluster-fault.ts';
import { impatientObjects, isPatient } from '../observing/noted-objects.ts';
import {
  type ClusterView,
  type EcsPorts,
  listed,
  type ObserveSettings,
  observeHosts,
  observeTasks,
} from '../observing/observe.ts';
import { progressOf } from '../observing/progress.ts';
import { portsReadOn } from '../observing/read-on.ts';
import { type ShiftPorts, withShifts } from '../observing/service-shares.ts';
import { type ClaimEnvironment, claimSettings, type ProbeEnvironment, probeSettings } from '../observing/settings.ts';
import type { Clock } from '../runtime/clock.ts';
import { logger } from '../runtime/powertools.ts';
import { anywhere, clock, definitions, ec2, ecs, instances, payloads, shifts } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

/** A task that ECS does not show yet counts as stale only while its event is this young, in milliseconds. */
const CATCH_UP = 30_000;

interface Ports extends EcsPorts {
  readonly payloads: Payloads;
  readonly clock: Clock;
  readonly shifts?: ShiftPorts | undefined;
}

/** Reads the clusters of one iteration: whole in full runs, only the hosts and tasks of their scopes in event runs. */
export const collectTasks =
  (
    { payloads, clock, shifts, ...ports }: Ports,
    environment: ClaimEnvironment & ProbeEnvironment & Environment<'ON_DRAINING'>,
  ) =>
  async ({ run, item, retries = 0 }: Given<typeof collectTasksContract>) => {
    const { group, names, inlineBytes, probes } = item;
    const members = await payloads.load('group', item.clusters);
    const kept = impatientObjects(payloads.lasting);
    const settings = { ...claimSettings(environment), ...(shifts && { revisions: true }) };
    const progress = await progressOf({
      payloads,
      clock,
      at: objectAt('progress', run, 'collect-tasks', group),
      retries,
    });
    const reading = { ...portsReadOn(ports, progress), kept };
    // Runs that events have started leave what hosts say of tasks with an address of their own to the next full run,
    // unless instances leave for it.
    const everyHost = run.kind === 'full' || run.trigger !== 'events' || environment.ON_DRAINING === 'deregister';
    const read = async (member: GroupMember): Promise<Seen> => {
      const one = await observe(reading, member, { run, now: clock.now() }, { ...settings, everyHost });
      if (!shifts || one.reading !== 'read') return one;
      const whole = run.kind === 'full';
      return { ...one, ...(await withShifts({ ...shifts, kept }, one, { ...settings, cluster: one.cluster, whole })) };
    };
    const seen = await progress
      .during(() => readGroup(members, read, { clock, patient: isPatient(retries) }))
      .catch((fault: unknown) => keepCause(payloads, { run, group }, fault))
      .finally(() => kept.report());
    const views = seen.flatMap((one) => ('claims' in one ? [one] : []));
    const claims = views.flatMap((one) => one.claims);
    const probing = { ...probeSettings(environment), ...namesOfSlice(run, members) };
    const { batches, beyond, wanted } = probeBatches(claims, probing, { ...probes, turn: run });
    const lost = kept.lost();
    const observed: Observation = {
      clusters: seen.map((one) => readingOf(one, { run, members, probing })),
      claims,
      listed: views.flatMap((one) => one.listed),
      hosts: views.flatMap((one) => one.hosts),
      remarks: [...new Set(views.flatMap((one) => one.remarks))],
      observedAt: clock.now(),
      beyond,
      ...(lost.length > 0 && { lost }),
      ...(hasChanged(wanted, probes.wanted) && { wanted }),
    };
    const share = Math.floor(inlineBytes / (2 + 2 * batches.length));
    return {
      group,
      names,
      observation: seen.every((one) => one.reading === 'gone') ? ('gone' as const) : ('read' as const),
      unread: seen.length - views.length,
      tasks: observed.listed.length,
      instances: claims.length,
      inlineBytes: share,
      result: await payloads.save(objectAt('observation', run, group), observed, 2 * share),
      batches: await Promise.all(
        batches.map(async (targets, number) => ({
          number,
          batch: await payloads.save(objectAt('targets', run, group, number), targets, share),
        })),
      ),
    };
  };

/** Hosts serve names of several slices: each probes its own. */
function namesOfSlice({ slice }: RunState, members: readonly GroupMember[]): Pick<ProbeSettings, 'names'> {
  return slice === undefined ? {} : { names: new Set(members.flatMap(({ scope }) => scope?.names ?? [])) };
}

/** What became of one cluster. */
type Seen =
  | ({ readonly cluster: string; readonly reading: 'read' | 'gone' } & ClusterView)
  | { readonly cluster: string; readonly reading: 'unread'; readonly error: string; readonly cause: string };

/** Once a cluster could not be read, no other is begun after so many milliseconds: each may take as long to fail. */
const LAST_BEGINNING = 60_000;

/**
 * Reads the clusters of a group one after the other: what cannot be read of one says nothing of the others.
 *
 * @param patient whether a fault that passes is thrown, for the state machine to try the group again
 * @throws whatever keeps a cluster from being read that is alone: the state machine says then that it is unread
 */
async function readGroup(
  members: readonly GroupMember[],
  read: (member: GroupMember) => Promise<Seen>,
  { clock, patient }: { readonly clock: Clock; readonly patient: boolean },
): Promise<readonly Seen[]> {
  const begun = clock.now();
  const seen: Seen[] = [];
  let failed: { readonly error: string; readonly cause: string } | undefined;
  for (const member of members) {
    const { cluster } = member;
    if (failed && clock.now() - begun > LAST_BEGINNING) {
      seen.push({ cluster, reading: 'unread', ...failed });
      continue;
    }
    try {
      seen.push(await read(member));
    } catch (fault) {
      if (members.length === 1 || (patient && (isPassing(fault) || fault instanceof StaleReadingError))) throw fault;
      failed = faultOf(fault);
      logger.warn('a cluster could not be read, the others of its group are', { cluster, ...failed });
      seen.push({ cluster, reading: 'unread', ...failed });
    }
  }
  return seen;
}

/** What is told of a cluster beside its claims: its size and its reads too, where it was read whole and they are others than before. */
function readingOf(
  one: Seen,
  {
    run,
    members,
    probing,
  }: { readonly run: RunState; readonly members: readonly GroupMember[]; readonly probing: ProbeSettings },
): Observation['clusters'][number] {
  const { cluster } = one;
  if (one.reading === 'unread') return { cluster, reading: one.reading, error: one.error, cause: one.cause };
  const tasks = Math.max(one.listed.length, probeLoad(one.claims, probing));
  const reads = readsFor(one.listed.length, one.hosts.length);
  const known = members.find((member) => member.cluster === cluster);
  const whole = run.kind === 'full' && one.reading === 'read';
  return {
    cluster,
    reading: one.reading,
    listed: one.listed.length,
    ...(whole && isOtherSize(tasks, known?.tasks) && { tasks }),
    ...(whole && areOther(reads, known?.reads) && { reads }),
  };
}

async function observe(
  ports: EcsPorts,
  { cluster, scope = EMPTY_SCOPE, tasks: size }: GroupMember,
  { run, now }: { readonly run: RunState; readonly now: number },
  settings: ObserveSettings,
): Promise<Seen> {
  try {
    const hosts = scope.hosts.map(({ containerInstance }) => containerInstance);
    // Which hosts there are is known in event runs: they are read beside their tasks. What the tasks say counts first.
    const beside = readBeside(observeHosts(ports, cluster, run.kind === 'event' ? hosts : []));
    const finding = { hosts: hosts.length, described: scope.tasks.length, tasks: size };
    const whole = run.kind === 'full' || (run.slice !== undefined && listsAll('full', finding));
    const running = await listed(ports, cluster, whole ? undefined : hosts);
    const arns = [...new Set([...running, ...scope.tasks.map(({ task }) => task)])];
    const { tasks, missing } = await ports.ecs.describeTasks(cluster, arns);
    refuseContradiction(running, missing);
    refuseStale(scope.tasks, { tasks, missing, now });
    const known = await beside();
    const view = await observeTasks({ ...ports, known }, cluster, tasks, settings);
    return { cluster, reading: 'read', ...view };
  } catch (fault) {
    if (fault instanceof ClusterGoneError)
      return { cluster, reading: 'gone', claims: [], listed: [], hosts: [], remarks: [] };
    throw fault;
  }
}

/** What is asked for already, and whose fault is heard of only by who asks for it. */
function readBeside<T>(reading: Promise<T>): () => Promise<T> {
  reading.catch(() => {});
  return () => reading;
}

/** @throws StaleReadingError while ECS lists a task as running and then knows nothing of it: one of the two is not true */
function refuseContradiction(running: readonly string[], missing: readonly string[]): void {
  const forgotten = new Set(missing);
  const contradictory = running.find((task) => forgotten.has(task));
  if (contradictory === undefined) return;
  throw new StaleReadingError(`ECS lists task ${contradictory} as running, and then says that it knows none`);
}

/** @throws StaleReadingError while ECS answers with a view that is older than the events */
function refuseStale(
  scoped: readonly ScopedTask[],
  { tasks, missing, now }: { tasks: readonly Task[]; missing: readonly string[]; now: number },
): void {
  const versions = new Map(tasks.map(({ arn, version }) => [arn, version]));
  const stale = scoped.find(({ task, version, queuedAt }) => {
    if (version === undefined) return false;
    const found = versions.get(task);
    if (found !== undefined) return found < version;
    return missing.includes(task) && queuedAt !== undefined && now - queuedAt < CATCH_UP;
  });
  if (!stale) return;
  const found = versions.get(stale.task);
  throw new StaleReadingError(
    `ECS shows task ${stale.task} ${found === undefined ? 'not yet' : `in version ${found}`}, its event has version ${stale.version}`,
  );
}

export const handler = wire('CollectTasks', {
  contract: collectTasksContract,
  ports: { payloads, clock, ecs, definitions, instances, ec2, anywhere, shifts },
  work: collectTasks,
});
