import { messageOf, nameOf } from '../adapters/aws/faults.ts';
import { hasEnded } from '../domain/ecs/host.ts';
import { isStopping } from '../domain/ecs/task.ts';
import type { InventoryEntry } from '../domain/reading/inventory.ts';
import type { ClusterReading, HostFate, TaskFate } from '../domain/reading/reading.ts';
import { firstLine, type UnreadCluster } from '../domain/reading/unread.ts';
import { ClusterGoneError } from '../domain/words/errors.ts';
import { isPassing } from '../domain/words/passing.ts';
import { logger } from '../runtime/powertools.ts';
import { type EcsPorts, observeHosts } from './observe.ts';

/** What became of tasks that the inventory knows and no listing shows. */
export interface Fates {
  readonly tasks: Record<string, TaskFate>;
  readonly hosts: Record<string, HostFate>;
  /** Of tasks with an interface of their own. */
  readonly subnets: Record<string, string>;
  /** The readings of the clusters; one that cannot answer for its tasks now counts as unread. */
  readonly readings: Record<string, ClusterReading>;
  /** Those that could not be asked, of the clusters of this run. */
  readonly unread: UnreadCluster[];
}

/**
 * Asks ECS and EC2 for the fates of the entries' tasks, cluster by cluster.
 *
 * @param elsewhere whether tasks of clusters that nobody observed are asked for too: deleted ones, which no list shows,
 *   and those that were taken out of the setting
 * @param patient whether a fault that may pass is thrown, for the state machine to try again
 * @throws ThrottledError or UnavailableError while patient
 */
export async function fatesOf(
  ports: Pick<EcsPorts, 'ecs' | 'instances' | 'ec2'>,
  remembered: readonly InventoryEntry[],
  {
    readings,
    listed,
    elsewhere,
    patient,
  }: {
    readings: Record<string, ClusterReading>;
    listed: ReadonlySet<string>;
    elsewhere: boolean;
    patient: boolean;
  },
): Promise<Fates> {
  const fates: Fates = { tasks: {}, hosts: {}, subnets: {}, readings: { ...readings }, unread: [] };
  const unlisted = remembered.filter(({ task }) => !listed.has(task));
  for (const [cluster, absent] of Map.groupBy(unlisted, (entry) => entry.cluster)) {
    if (readings[cluster] === undefined && elsewhere) await askElsewhere(ports, cluster, absent, { fates, patient });
    if (readings[cluster] === 'gone') for (const { task } of absent) fates.tasks[task] = 'missing';
    if (readings[cluster] !== 'read') continue;
    try {
      await askFates(ports, cluster, absent, fates);
    } catch (fault) {
      if (patient && isPassing(fault)) throw fault;
      logger.warn('fates of absent tasks could not be read, their cluster counts as unread', {
        cluster,
        cause: messageOf(fault),
      });
      fates.readings[cluster] = 'unread';
      fates.unread.push({ cluster, error: nameOf(fault) || 'Error', cause: firstLine(messageOf(fault)) });
    }
  }
  return fates;
}

async function askFates(
  { ecs, ...hosts }: Pick<EcsPorts, 'ecs' | 'instances' | 'ec2'>,
  cluster: string,
  absent: readonly InventoryEntry[],
  fates: Fates,
): Promise<void> {
  await askTasks({ ecs }, cluster, absent, fates);
  const unsure = absent.filter(({ task }) => fates.tasks[task] !== 'stopped');
  const arns = unsure.flatMap(({ containerInstance }) => containerInstance ?? []);
  for (const [arn, { state }] of await observeHosts(hosts, cluster, arns)) fates.hosts[arn] = state;

  // ECS forgets a container instance sooner than EC2 its instance: ask for those by their own id.
  const forgotten = unsure.filter(
    ({ containerInstance }) => containerInstance && fates.hosts[containerInstance] === 'unknown',
  );
  const machines = await hosts.ec2.describeInstances(forgotten.flatMap(({ ec2Instance }) => ec2Instance ?? []));
  for (const { containerInstance, ec2Instance } of forgotten) {
    if (containerInstance && hasEnded(machines.get(ec2Instance ?? '')?.state)) fates.hosts[containerInstance] = 'gone';
  }
}

async function askTasks(
  { ecs }: Pick<EcsPorts, 'ecs'>,
  cluster: string,
  absent: readonly InventoryEntry[],
  fates: Fates,
): Promise<void> {
  const { tasks, missing } = await ecs.describeTasks(
    cluster,
    absent.map(({ task }) => task),
  );
  for (const task of missing) fates.tasks[task] = 'missing';
  for (const task of tasks) {
    fates.tasks[task.arn] = isStopping(task) ? 'stopped' : 'running';
    if (task.networkInterface?.subnet !== undefined) fates.subnets[task.arn] = task.networkInterface.subnet;
  }
}

/** The tasks of a cluster that is not among those of this run; nothing else of it is known. */
async function askElsewhere(
  { ecs }: Pick<EcsPorts, 'ecs'>,
  cluster: string,
  absent: readonly InventoryEntry[],
  { fates, patient }: { readonly fates: Fates; readonly patient: boolean },
): Promise<void> {
  try {
    await askTasks({ ecs }, cluster, absent, fates);
    fates.readings[cluster] = 'asked';
  } catch (fault) {
    if (patient && isPassing(fault)) throw fault;
    if (fault instanceof ClusterGoneError) {
      fates.readings[cluster] = 'gone';
      for (const { task } of absent) fates.tasks[task] = 'missing';
    } else {
      // Without a reading of its own it counts as unread, for its own values only.
      logger.warn('a cluster of values that is not among those of this run could not be asked for their tasks', {
        cluster,
        cause: messageOf(fault),
      });
    }
  }
}
