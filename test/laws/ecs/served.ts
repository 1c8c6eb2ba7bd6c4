import {
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  type ListTasksCommandInput,
  type NetworkBinding,
  type Task,
} from '@aws-sdk/client-ecs';
import { describe, onTestFinished } from 'vitest';
import { type EcsAdmin, type EcsOptions, ecsStandIn } from '../../stand-ins/ecs.ts';
import { startEndpoint } from '../../stand-ins/protocol.ts';
import { foreign, standInConfig } from '../endpoint.ts';

/** Laws that need tasks of our making, or a clock of our own: only the stand-in can be asked. */
export const describeArranged = describe.skipIf(foreign);

/** ECS behind HTTP, as an unmodified client sees it, on a clock that the test moves; gone with the test. */
export interface ServedEcs {
  readonly client: ECSClient;
  readonly admin: EcsAdmin;
  /** Milliseconds since the epoch. */
  readonly clock: { time: number };
}

/** The stand-in of ECS for one test; its client does not retry. */
export async function servedEcs(options: Partial<EcsOptions> = {}): Promise<ServedEcs> {
  const clock = { time: Date.UTC(2026, 9, 1, 10) };
  const ecs = ecsStandIn({ now: () => clock.time, region: 'eu-west-1', accountId: '111111111111', ...options });
  const endpoint = await startEndpoint({ services: [ecs], accountId: '111111111111' });
  const client = new ECSClient({ ...standInConfig(endpoint), region: 'eu-west-1' });
  onTestFinished(async () => {
    client.destroy();
    await endpoint.close();
  });
  return { client, admin: ecs.admin, clock };
}

/** A cluster `shop` with one host, and one definition for each network mode, named after it. */
export function furnish(admin: EcsAdmin): { readonly host: string } {
  admin.createCluster('shop');
  for (const networkMode of ['bridge', 'host', 'awsvpc', 'none'] as const) {
    admin.registerTaskDefinition({
      family: networkMode,
      networkMode,
      containerDefinitions: [
        {
          name: 'app',
          image: 'calc:1',
          portMappings: networkMode === 'none' ? [] : [{ containerPort: 8080 }],
          healthCheck: { command: ['CMD', 'true'] },
        },
      ],
    });
  }
  return { host: admin.registerContainerInstance({ cluster: 'shop', ec2InstanceId: 'i-0123456789abcdef0' }) };
}

/** Of cluster `shop` unless said otherwise. */
export function listTasks(client: ECSClient, input: ListTasksCommandInput = {}) {
  return client.send(new ListTasksCommand({ cluster: 'shop', ...input }));
}

export function describeTasks(client: ECSClient, tasks: string[], cluster = 'shop') {
  return client.send(new DescribeTasksCommand({ cluster, tasks }));
}

/** One task of cluster `shop`; an empty one where it is MISSING. */
export async function describeTask(client: ECSClient, task: string): Promise<Task> {
  const { tasks } = await describeTasks(client, [task]);
  return tasks?.[0] ?? {};
}

/** The network bindings of all containers. */
export function bindingsOf({ containers = [] }: Task): NetworkBinding[] {
  return containers.flatMap(({ networkBindings = [] }) => networkBindings);
}

/** What a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  const outcome = await call.then(
    () => new Error('the call was answered'),
    (error: Error) => error,
  );
  return { name: outcome.name, message: outcome.message };
}
