import type {
  DescribeClustersCommandInput,
  DescribeContainerInstancesCommandInput,
  DescribeTaskDefinitionCommandInput,
  DescribeTasksCommandInput,
  Failure,
  ListClustersCommandInput,
  ListContainerInstancesCommandInput,
  ListTaskDefinitionsCommandInput,
  ListTasksCommandInput,
  Task,
} from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import { clusterAt } from './clusters.ts';
import { ecsArn, lastPart } from './identity.ts';
import { instanceAt } from './instances.ts';
import { pageOf } from './paging.ts';
import { type ClusterRecord, type EcsStore, invalid, type TaskRecord } from './store.ts';

/** What decides how an answer comes out, besides the truth. */
export interface ReadRules {
  /** The time that the answer shows, in ms: now, or earlier. */
  readonly asOf: (operation: string, cluster: string | undefined) => number;
  /** How many items a page holds; `usual` where nothing is asked for, 100 unless given. @throws ServiceFault */
  readonly limit: (operation: string, maxResults: number | undefined, usual?: number) => number;
}

/** Most references of one describe call, and items of one page. */
export const most = 100;

/** The calls that change nothing. */
export function readOperations(store: EcsStore, { asOf, limit }: ReadRules) {
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
      const { hits, misses } = found(asked, (reference) => store.findCluster(reference));
      return {
        clusters: hits.map((cluster) => clusterAt(cluster, time)),
        failures: misses.map((reference): Failure => {
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
      const { hits, misses } = found(uniqueUpTo(input.tasks, most, 'taskIds'), (reference) =>
        store.findTask(cluster, reference)?.history.at(time),
      );
      return { tasks: hits, failures: misses.map((reference) => missing(cluster, 'task', reference)) };
    },

    /** By family, then revision. */
    ListTaskDefinitions(input: ListTaskDefinitionsCommandInput) {
      const { familyPrefix, status = 'ACTIVE', sort = 'ASC', maxResults, nextToken } = input;
      const all = store.definitions.all();
      const { items, ...rest } = pageOf(
        (sort === 'ASC' ? all : all.toReversed()).map((definition, sequence) => ({ definition, sequence })),
        {
          limit: limit('ListTaskDefinitions', maxResults),
          nextToken,
          question: `task definitions ${familyPrefix} ${status} ${sort}`,
          select: ({ definition }) =>
            definition.status === status && (familyPrefix === undefined || definition.family === familyPrefix),
        },
      );
      return { taskDefinitionArns: items.map(({ definition }) => definition.taskDefinitionArn ?? ''), ...rest };
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
          const shown = record.history.at(time)?.status;
          if (shown === undefined || store.isInstanceGone(record)) return false;
          return status === undefined ? shown !== 'INACTIVE' : shown === status;
        },
      });
      return { containerInstanceArns: items.map(({ arn }) => arn), ...rest };
    },

    DescribeContainerInstances(input: DescribeContainerInstancesCommandInput) {
      const cluster = store.cluster(input.cluster);
      if (!input.containerInstances?.length) throw invalid('Container instance cannot be empty.');
      const time = asOf('DescribeContainerInstances', cluster.name);
      const { hits, misses } = found(uniqueUpTo(input.containerInstances, most, 'instanceIds'), (reference) => {
        const instance = store.findInstance(cluster, reference);
        return instance && instanceAt(instance, time);
      });
      return {
        containerInstances: hits,
        failures: misses.map((reference) => missing(cluster, 'container-instance', reference)),
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

/** What was found and what was asked for in vain, each in the order asked. */
export function found<T>(references: readonly string[], find: (reference: string) => T | undefined) {
  const hits: T[] = [];
  const misses: string[] = [];
  for (const reference of references) {
    const one = find(reference);
    if (one === undefined) misses.push(reference);
    else hits.push(one);
  }
  return { hits, misses };
}

/** @throws ServiceFault InvalidParameterException for more than so many (ecs-deploy#266, traefik#3625) */
export function uniqueUpTo(references: readonly string[], count: number, what: string): readonly string[] {
  if (references.length > count) throw invalid(`${what} can have at most ${count} items.`);
  return [...new Set(references)];
}
