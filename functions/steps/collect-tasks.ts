import type { Payloads } from '../contracts/crossing.ts';
import { objectAt } from '../contracts/payloads.ts';
import type { Observation } from '../contracts/reading-shapes.ts';
import { collectTasksContract, type Given, type RunState } from '../contracts/states.ts';
import type { ClaimSettings } from '../domain/ecs/declared.ts';
import type { Task } from '../domain/ecs/task.ts';
import { probeBatches } from '../domain/health/probe-batch.ts';
import { hasChanged } from '../domain/health/probe-shares.ts';
import { EMPTY_SCOPE, type Scope, type ScopedTask } from '../domain/reading/scope.ts';
import { ClusterGoneError, StaleReadingError } from '../domain/words/errors.ts';
import { keepCause } from '../observing/cluster-fault.ts';
import { clusterKey } from '../observing/digest.ts';
import { impatientObjects } from '../observing/noted-objects.ts';
import { type EcsPorts, listed, observeHosts, observeTasks } from '../observing/observe.ts';
import { progressOf } from '../observing/progress.ts';
import { ecsReadOn, instancesReadOn } from '../observing/read-on.ts';
import { type ClaimEnvironment, claimSettings, type ProbeEnvironment, probeSettings } from '../observing/settings.ts';
import type { Clock } from '../runtime/clock.ts';
import { clock, definitions, ec2, ecs, instances, payloads } from '../wiring/ports.ts';
import { wire } from '../wiring/wire.ts';

/** A task that ECS does not show yet counts as stale only while its event is this young, in milliseconds. */
const CATCH_UP = 30_000;

interface Ports extends EcsPorts {
  readonly payloads: Payloads;
  readonly clock: Clock;
}

/** Reads one cluster: whole in full runs, only the hosts and tasks of its scope in event runs. */
export const collectTasks =
  ({ payloads, clock, ...ports }: Ports, environment: ClaimEnvironment & ProbeEnvironment) =>
  async ({ run, item: { cluster, scope, inlineBytes, probes }, retries = 0 }: Given<typeof collectTasksContract>) => {
    const part = scope ? await payloads.load('scope', scope) : EMPTY_SCOPE;
    const about = { run, scope: part, now: clock.now() };
    const kept = impatientObjects(payloads.lasting);
    const at = objectAt('progress', run, 'collect-tasks', clusterKey(cluster));
    const progress = await progressOf({ payloads, clock, at, retries });
    const reading = {
      ...ports,
      ecs: ecsReadOn(ports.ecs, progress),
      instances: instancesReadOn(ports.instances, progress),
      kept,
    };
    const observation = await progress
      .during(() => observe(reading, cluster, about, claimSettings(environment)))
      .catch((fault: unknown) => keepCause(payloads, { run, cluster }, fault))
      .finally(() => kept.report());
    const lost = kept.lost();
    const { gone, claims } = observation;
    const { batches, beyond, wanted } = probeBatches(claims, probeSettings(environment), {
      ...probes,
      turn: run,
    });
    const observed: Observation = {
      ...observation,
      observedAt: clock.now(),
      beyond,
      ...(lost.length > 0 && { lost }),
      ...(hasChanged(wanted, probes.wanted) && { wanted }),
    };
    const share = Math.floor(inlineBytes / (2 + 2 * batches.length));
    const id = clusterKey(cluster);
    return {
      cluster,
      observation: gone ? ('gone' as const) : ('read' as const),
      tasks: observation.listed.length,
      instances: claims.length,
      inlineBytes: share,
      result: await payloads.save(objectAt('observation', run, id), observed, share),
      batches: await Promise.all(
        batches.map(async (targets, number) => ({
          number,
          batch: await payloads.save(objectAt('targets', run, id, number), targets, share),
        })),
      ),
    };
  };

async function observe(
  ports: EcsPorts,
  cluster: string,
  { run, scope, now }: { run: RunState; scope: Scope; now: number },
  settings: ClaimSettings,
): Promise<Observation & { readonly gone?: true }> {
  try {
    const hosts = scope.hosts.map(({ containerInstance }) => containerInstance);
    // Which hosts there are is known in event runs: they are read beside their tasks. What the tasks say counts first.
    const beside = readBeside(observeHosts(ports, cluster, run.kind === 'event' ? hosts : []));
    const running = await listed(ports, cluster, run.kind === 'full' ? undefined : hosts);
    const arns = [...new Set([...running, ...scope.tasks.map(({ task }) => task)])];
    const { tasks, missing } = await ports.ecs.describeTasks(cluster, arns);
    refuseContradiction(running, missing);
    refuseStale(scope.tasks, { tasks, missing, now });
    const known = await beside();
    // Runs that events have started leave what hosts say of tasks with an address of their own to the next full run.
    const everyHost = run.kind === 'full' || run.trigger !== 'events';
    return await observeTasks({ ...ports, known }, cluster, tasks, { ...settings, everyHost });
  } catch (fault) {
    if (fault instanceof ClusterGoneError) return { cluster, claims: [], listed: [], hosts: [], gone: true };
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
  ports: { payloads, clock, ecs, definitions, instances, ec2 },
  work: collectTasks,
});
