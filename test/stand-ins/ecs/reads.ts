import type {
  DescribeClustersCommandInput,
  DescribeContainerInstancesCommandInput,
  DescribeServicesCommandInput,
  DescribeTaskDefinitionCommandInput,
  DescribeTasksCommandInput,
  Failure,
  ListClustersCommandInput,
  ListContainerInstancesCommandInput,
  ListServicesCommandInput,
  ListTasksCommandInput,
  Task,
} from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import { clusterAt } from './clusters.ts';
import { ecsArn, lastPart } from './identity.ts';
import { instanceAt, isPending } from './instances.ts';
import { pageLimit, pageOf } from './paging.ts';
import { type ClusterRecord, type EcsStore, invalid, type ServiceRecord, type TaskRecord } from './store.ts';

/** What decides how an answer comes out, besides the truth. */
export interface ReadRules {
  /** The time that the answer shows, in ms: now, or earlier. */
  readonly asOf: (operation: string, cluster: string | undefined) => number;
  /** How many of the items asked for a page really holds. */
  readonly pageLength: (operation: string, asked: number) => number;
}

/** Most references of one describe call, and items of one page. */
const most = 100;

/** The calls that change nothing. */
export function readOperations(store: EcsStore, { asOf, pageLength }: ReadRules) {
  const limit = (operation: string, maxResults: number | undefined, usual?: number) =>
    Math.max(1, pageLength(operation, pageLimit(maxResults, most, usual)));
  const missing = (cluster: ClusterRecord, type: string, reference: string): Failure => ({
    arn: reference.startsWith('arn:') ? reference : ecsArn(store.account, type, `${cluster.name}/${reference}`),
    reason: 'MISSING',
  });

  return {
    ListClusters({ maxResults, nextToken }: ListClustersCommandInput) {
      const { items, ...rest } = pageOf([...store.clusters.values()], {
        limit: limit('ListClusters', maxResults),
        nextToken,
        question: 'clusters',
        select: ({ status }) => status === 'ACTIVE',
      });
      return { clusterArns: items.map(({ arn }) => arn), ...rest };
    },

    DescribeClusters({ clusters = [] }: DescribeClustersCommandInput) {
      const asked = clusters.length > 0 ? uniqueUpTo(clusters, most, 'clusters') : ['default'];
      const time = asOf('DescribeClusters', undefined);
      const { found, failures } = sort(asked, (reference) => store.findCluster(reference));
      return {
        clusters: found.map((cluster) => clusterAt(cluster, time)),
        failures: failures.map((reference): Failure => {
          const arn = ecsArn(store.account, 'cluster', reference);
          return { arn: reference.startsWith('arn:') ? reference : arn, reason: 'MISSING' };
        }),
      };
    },

    ListTasks(input: ListTasksCommandInput) {
      const cluster = store.cluster(input.cluster);
      const time = asOf('ListTasks', cluster.name);
      const { nextToken, maxResults, ...filters } = input;
      const matches = taskFilter(cluster, filters);
      const { items, ...rest } = pageOf(tasksToSearch(store, cluster, filters), {
        limit: limit('ListTasks', maxResults),
        nextToken,
        question: `tasks ${JSON.stringify({ ...filters, cluster: cluster.name })}`,
        select: (record) => {
          const task = record.history.at(time);
          return task !== undefined && matches(task, record) && !store.isTaskGone(record);
        },
      });
      return { taskArns: items.map(({ arn }) => arn), ...rest };
    },

    DescribeTasks(input: DescribeTasksCommandInput) {
      const cluster = store.cluster(input.cluster);
      if (!input.tasks?.length) throw invalid('Tasks cannot be empty.');
      const time = asOf('DescribeTasks', cluster.name);
      const { found, failures } = sort(uniqueUpTo(input.tasks, most, 'taskIds'), (reference) =>
        store.findTask(cluster, reference)?.history.at(time),
      );
      return { tasks: found, failures: failures.map((reference) => missing(cluster, 'task', reference)) };
    },

    DescribeTaskDefinition({ taskDefinition }: DescribeTaskDefinitionCommandInput) {
      return { taskDefinition: store.definitions.describe(taskDefinition), tags: [] };
    },

    ListContainerInstances(input: ListContainerInstancesCommandInput) {
      const cluster = store.cluster(input.cluster);
      const time = asOf('ListContainerInstances', cluster.name);
      const { status } = input;
      const { items, ...rest } = pageOf(cluster.instances, {
        limit: limit('ListContainerInstances', input.maxResults),
        nextToken: input.nextToken,
        question: `container instances ${status} ${cluster.name}`,
        select: (record) => {
          const found = record.history.at(time)?.status;
          if (found === undefined || store.isInstanceGone(record)) return false;
          return status === undefined ? found !== 'INACTIVE' : found === status;
        },
      });
      return { containerInstanceArns: items.map(({ arn }) => arn), ...rest };
    },

    DescribeContainerInstances(input: DescribeContainerInstancesCommandInput) {
      const cluster = store.cluster(input.cluster);
      if (!input.containerInstances?.length) throw invalid('Container instance cannot be empty.');
      const time = asOf('DescribeContainerInstances', cluster.name);
      const { found, failures } = sort(uniqueUpTo(input.containerInstances, most, 'instanceIds'), (reference) => {
        const instance = store.findInstance(cluster, reference);
        return instance && instanceAt(instance, time);
      });
      return {
        containerInstances: found,
        failures: failures.map((reference) => missing(cluster, 'container-instance', reference)),
      };
    },

    ListServices({ cluster: reference, maxResults, nextToken, launchType }: ListServicesCommandInput) {
      const cluster = store.cluster(reference);
      const { items, ...rest } = pageOf([...cluster.services.values()], {
        limit: limit('ListServices', maxResults, 10),
        nextToken,
        question: `services ${launchType} ${cluster.name}`,
        select: (one) => one.status !== 'INACTIVE' && (launchType === undefined || one.launchType === launchType),
      });
      return { serviceArns: items.map(({ arn }) => arn), ...rest };
    },

    DescribeServices({ cluster: reference, services = [] }: DescribeServicesCommandInput) {
      const cluster = store.cluster(reference);
      if (services.length === 0) throw invalid('Services cannot be empty.');
      const time = asOf('DescribeServices', cluster.name);
      const { found, failures } = sort(uniqueUpTo(services, 10, 'service names'), (name) =>
        cluster.services.get(lastPart(name)),
      );
      return {
        services: found.map((service) => serviceAt(cluster, service, time)),
        failures: failures.map((name) => missing(cluster, 'service', name)),
      };
    },
  };
}

/** A filter by container instance or none: the fewest tasks that can match, in the order of their making. */
function tasksToSearch(store: EcsStore, cluster: ClusterRecord, { containerInstance }: ListTasksCommandInput) {
  if (containerInstance === undefined) return cluster.tasks;
  const instance = store.findInstance(cluster, containerInstance);
  if (!instance) throw invalid('The referenced container instance was not found.');
  return instance.tasks;
}

/** RUNNING is the default and goes by what is desired; nothing ever desires PENDING. */
function taskFilter(cluster: ClusterRecord, filters: ListTasksCommandInput) {
  const { family, serviceName, startedBy, launchType, desiredStatus = 'RUNNING' } = filters;
  if (startedBy !== undefined && (family ?? serviceName ?? launchType ?? filters.containerInstance) !== undefined) {
    throw invalid('cannot specify startedBy with other arguments');
  }
  const group = serviceName === undefined ? undefined : `service:${lastPart(serviceName)}`;
  if (group !== undefined && !isServiceKnown(cluster, group)) {
    throw new ServiceFault('ServiceNotFoundException', 'Service not found.');
  }
  return (task: Task, { definition }: TaskRecord): boolean =>
    task.desiredStatus === desiredStatus &&
    (family === undefined || definition.family === family) &&
    (group === undefined || task.group === group) &&
    (startedBy === undefined || task.startedBy === startedBy) &&
    (launchType === undefined || task.launchType === launchType);
}

function isServiceKnown({ services, tasks }: ClusterRecord, group: string): boolean {
  return services.has(group.slice('service:'.length)) || tasks.some(({ history }) => history.latest.group === group);
}

function serviceAt(cluster: ClusterRecord, service: ServiceRecord, asOf: number) {
  const { sequence: _, name, arn, ...rest } = service;
  const tasks = cluster.tasks.map(({ history }) => history.at(asOf)).filter((one) => one?.group === `service:${name}`);
  return {
    ...rest,
    serviceName: name,
    serviceArn: arn,
    clusterArn: cluster.arn,
    runningCount: tasks.filter((one) => one?.lastStatus === 'RUNNING').length,
    pendingCount: tasks.filter((one) => isPending(one?.lastStatus)).length,
    schedulingStrategy: 'REPLICA',
    deployments: [],
    events: [],
  };
}

/** What was found and what was asked for in vain, each in the order asked. */
function sort<T>(references: readonly string[], find: (reference: string) => T | undefined) {
  const found: T[] = [];
  const failures: string[] = [];
  for (const reference of references) {
    const one = find(reference);
    if (one === undefined) failures.push(reference);
    else found.push(one);
  }
  return { found, failures };
}

/** @throws ServiceFault InvalidParameterException for more than so many (ecs-deploy#266, traefik#3625) */
function uniqueUpTo(references: readonly string[], count: number, what: string): readonly string[] {
  if (references.length > count) throw invalid(`${what} can have at most ${count} items.`);
  return [...new Set(references)];
}
