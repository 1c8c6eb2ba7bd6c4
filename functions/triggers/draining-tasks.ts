import { pool } from '../adapters/aws/pool.ts';
import type { DefinitionReader } from '../adapters/ecs-definitions.ts';
import type { EcsReader } from '../adapters/ecs-reader.ts';
import type { HostEvent, WakeUp } from '../contracts/events.ts';
import type { Naming } from '../domain/dns/ownership.ts';
import { declaredNames } from '../domain/ecs/declared-names.ts';
import { isStopping } from '../domain/ecs/task.ts';

interface Ports {
  readonly ecs: Pick<EcsReader, 'listTasks' | 'describeTasks'>;
  readonly definitions: DefinitionReader;
}

/**
 * Where to look when a host drains: at each of its tasks that declares a name. The event only says which host; what runs
 * there ECS is asked for, since an event run looks at names, and the event has none.
 */
export const drainingTasks = (
  ports: Ports,
  { clusterArn: cluster, containerInstanceArn: containerInstance }: HostEvent['detail'],
  naming: Naming,
): Promise<readonly WakeUp[]> => wakeUpsOf(ports, { cluster, containerInstance }, naming);

/** Where to look at each running task of a host, or of a service, that declares a name. */
export async function wakeUpsOf(
  { ecs, definitions }: Ports,
  query: Parameters<EcsReader['listTasks']>[0],
  naming: Naming,
): Promise<readonly WakeUp[]> {
  const { cluster } = query;
  const listed = await ecs.listTasks(query);
  const { tasks } = await ecs.describeTasks(cluster, listed);
  const running = tasks.filter((task) => !isStopping(task));
  const known = await definitions.describe([...new Set(running.map(({ definition }) => definition))]);
  return running.flatMap(({ arn: task, definition: arn, overrides, version, containerInstance }) => {
    const definition = known.definitions.get(arn);
    const names = definition ? declaredNames(definition, overrides, naming) : [];
    if (!definition || names.length === 0) return [];
    const on = query.containerInstance ?? containerInstance;
    const awsvpc = definition.networkMode === 'awsvpc';
    return [{ cluster, task, ...(on !== undefined && { containerInstance: on }), awsvpc, version, names: [...names] }];
  });
}

/** Messages that are sent side by side. */
const SENT_AT_ONCE = 10;

/** Queues all of them. @throws when one is not taken: the event is tried again, and repeats do no harm */
export const sendAll = (send: (body: string) => Promise<string>, wakeUps: readonly WakeUp[]) =>
  pool(wakeUps, SENT_AT_ONCE, (wakeUp) => send(JSON.stringify(wakeUp)));
