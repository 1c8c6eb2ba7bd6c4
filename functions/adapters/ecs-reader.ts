import {
  type Container,
  DescribeTasksCommand,
  ECSClient,
  type Task as EcsTask,
  ListClustersCommand,
  ListTasksCommand,
  type NetworkBinding,
} from '@aws-sdk/client-ecs';
import { canonicalIpv6 } from '../domain/dns/ipv6.ts';
import { toVariables } from '../domain/ecs/declaration.ts';
import {
  type ContainerHealth,
  type NetworkInterface,
  serviceOf,
  type Task,
  type TaskContainer,
} from '../domain/ecs/task.ts';
import { ECS_BATCH } from '../domain/words/quotas.ts';
import { clientSettings } from './aws/client-settings.ts';
import { messageOf, nameOf, present } from './aws/faults.ts';
import { type ListMemory, readItems, readPages } from './aws/pages.ts';
import { clusterGone, describeAll } from './ecs-failures.ts';

/** Clusters and tasks of one account and Region; lists are read to their last page or not used at all. */
export interface EcsReader {
  /** ARNs of every cluster. */
  listClusters(): Promise<readonly string[]>;
  /**
   * ARNs of the tasks that ECS wants running, of the cluster, or of one container instance, or of one service by its name.
   *
   * @throws ClusterGoneError when ECS knows no such cluster
   */
  listTasks(
    query: { readonly cluster: string; readonly containerInstance?: string; readonly service?: string },
    memory?: ListMemory<string, string>,
  ): Promise<readonly string[]>;
  /** The tasks, and those that ECS does not know (any more). */
  describeTasks(
    cluster: string,
    arns: readonly string[],
  ): Promise<{ readonly tasks: readonly Task[]; readonly missing: readonly string[] }>;
}

export function ecsReader(client: Pick<ECSClient, 'send'> = new ECSClient(clientSettings())): EcsReader {
  return {
    async listClusters() {
      const call = 'ecs:ListClusters';
      const pages = await readPages({
        call,
        ask: (nextToken?: string) => client.send(new ListClustersCommand({ maxResults: ECS_BATCH, nextToken })),
        next: ({ nextToken }) => nextToken,
      });
      return pages.flatMap(({ clusterArns }) => present(clusterArns, call, 'clusterArns'));
    },

    async listTasks({ cluster, containerInstance, service }, memory) {
      const call = 'ecs:ListTasks';
      const paged = {
        call,
        ask: (nextToken?: string) =>
          client
            .send(
              new ListTasksCommand({
                cluster,
                containerInstance,
                serviceName: service,
                desiredStatus: 'RUNNING',
                maxResults: ECS_BATCH,
                nextToken,
              }),
            )
            .catch((fault: unknown) => {
              // Of a later page it would cut the list short, and mean something else.
              const unknown = nextToken === undefined && containerInstance !== undefined && isUnknownInstance(fault);
              return unknown ? { taskArns: [], nextToken: undefined } : clusterGone(cluster)(fault);
            }),
        next: ({ nextToken }: { readonly nextToken?: string | undefined }) => nextToken,
      };
      return readItems(paged, ({ taskArns }) => present(taskArns, call, 'taskArns'), memory);
    },

    async describeTasks(cluster, arns) {
      const call = 'ecs:DescribeTasks';
      const { found, missing } = await describeAll({ call, cluster, arns }, async (batch) => {
        const { tasks = [], failures = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: batch }));
        return { found: tasks.map(toTask), failures };
      });
      return { tasks: found, missing };
    },
  };
}

/**
 * A container instance that ECS does not know lists no tasks: those that we know of are described by themselves. ECS has two
 * errors for it: a parameter that is not valid, and a fault of the client, under which it says other things as well.
 */
const isUnknownInstance = (fault: unknown) =>
  nameOf(fault) === 'InvalidParameterException' ||
  (nameOf(fault) === 'ClientException' && /container ?instance/i.test(messageOf(fault)));

function toTask(task: EcsTask): Task {
  const networkInterface = toInterface(task);
  return {
    arn: task.taskArn ?? '',
    cluster: task.clusterArn ?? '',
    definition: task.taskDefinitionArn ?? '',
    version: task.version ?? 0,
    lastStatus: task.lastStatus ?? 'UNKNOWN',
    desiredStatus: task.desiredStatus ?? 'UNKNOWN',
    ...(task.containerInstanceArn !== undefined && { containerInstance: task.containerInstanceArn }),
    ...(task.connectivity === 'DISCONNECTED' && { disconnected: true as const }),
    ...(task.group !== undefined && { group: task.group }),
    // Of a task that a person starts it is any text.
    ...(serviceOf(task.group) !== undefined && task.startedBy !== undefined && { startedBy: task.startedBy }),
    ...(task.healthStatus !== undefined && { health: task.healthStatus as ContainerHealth }),
    ...(task.startedAt && { startedAt: task.startedAt.getTime() }),
    ...(networkInterface && { networkInterface }),
    containers: (task.containers ?? []).map(toContainer),
    overrides: (task.overrides?.containerOverrides ?? []).flatMap(({ name, environment }) =>
      name === undefined ? [] : [{ container: name, environment: toVariables(environment ?? []) }],
    ),
  };
}

/**
 * The API's attachment says `privateIPv4Address`, a container's interface `privateIpv4Address`, and of an IPv6 address both
 * say `ipv6Address` (ECS API model).
 */
function toInterface({ attachments = [], containers = [] }: EcsTask): NetworkInterface | undefined {
  const attachment = attachments.find(({ type }) => type === 'ElasticNetworkInterface' || type === 'eni');
  const detail = (name: string) => attachment?.details?.find((entry) => entry.name === name)?.value;
  const ofContainer = containers.flatMap(({ networkInterfaces = [] }) => networkInterfaces);
  const address = ofContainer.find((one) => one.privateIpv4Address)?.privateIpv4Address ?? detail('privateIPv4Address');
  const text6 = ofContainer.find((one) => one.ipv6Address)?.ipv6Address ?? detail('ipv6Address');
  const address6 = canonicalIpv6(text6 ?? '');
  const id = detail('networkInterfaceId');
  if (address === undefined && address6 === undefined && id === undefined) return undefined;
  const subnet = detail('subnetId');
  return {
    ...(id !== undefined && { id }),
    ...(address !== undefined && { address }),
    ...(address6 !== undefined && { address6 }),
    ...(subnet !== undefined && { subnet }),
  };
}

function toContainer({ name, lastStatus, healthStatus, networkBindings = [] }: Container): TaskContainer {
  return {
    name: name ?? '',
    ...(lastStatus !== undefined && { lastStatus }),
    ...(healthStatus !== undefined && { health: healthStatus as ContainerHealth }),
    bindings: networkBindings.map(toBinding),
  };
}

const toBinding = ({
  bindIP,
  containerPort,
  hostPort,
  containerPortRange,
  hostPortRange,
  protocol,
}: NetworkBinding) => ({
  ...(bindIP !== undefined && { bindIP }),
  ...(containerPort !== undefined && { containerPort }),
  ...(hostPort !== undefined && { hostPort }),
  ...(containerPortRange !== undefined && { containerPortRange }),
  ...(hostPortRange !== undefined && { hostPortRange }),
  protocol: protocol ?? ('tcp' as const),
});
