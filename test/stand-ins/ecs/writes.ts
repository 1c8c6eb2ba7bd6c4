import type {
  CreateClusterCommandInput,
  DeleteClusterCommandInput,
  DeregisterTaskDefinitionCommandInput,
  Failure,
  RegisterTaskDefinitionCommandInput,
  RunTaskCommandInput,
  StopTaskCommandInput,
  Task,
  TaskDefinition,
  UpdateContainerInstancesStateCommandInput,
} from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import type { EcsAdmin } from './admin.ts';
import { clusterAt, deleteCluster } from './clusters.ts';
import { instanceAt } from './instances.ts';
import { fixedHostPorts } from './network.ts';
import { type ClusterRecord, type EcsStore, type InstanceRecord, invalid } from './store.ts';
import type { TaskLife } from './task-life.ts';

/** RunTask places at most so many tasks. */
const mostTasks = 10;
/** Hosts of one call (API_UpdateContainerInstancesState). */
const mostHosts = 10;

/** The calls that change something. */
export function writeOperations(store: EcsStore, life: TaskLife, admin: EcsAdmin) {
  const today = () => new Date(store.now());
  const answered = new Map<
    string,
    { readonly request: string; readonly answer: { tasks: Task[]; failures: Failure[] } }
  >();
  return {
    CreateCluster({ clusterName = 'default' }: CreateClusterCommandInput) {
      return { cluster: clusterAt(store.createCluster(clusterName), store.now()) };
    },

    DeleteCluster({ cluster: reference }: DeleteClusterCommandInput) {
      const cluster = store.cluster(reference);
      deleteCluster(store, cluster);
      return { cluster: clusterAt(cluster, store.now()) };
    },

    RegisterTaskDefinition(input: RegisterTaskDefinitionCommandInput) {
      return { taskDefinition: store.definitions.register(input, today()), tags: [] };
    },

    DeregisterTaskDefinition({ taskDefinition }: DeregisterTaskDefinitionCommandInput) {
      return { taskDefinition: store.definitions.deregister(taskDefinition ?? '', today()) };
    },

    /** Places tasks; an agent has to start them. Hosts with the fewest tasks come first. A token places them once. */
    RunTask(input: RunTaskCommandInput) {
      const cluster = store.cluster(input.cluster);
      const { clientToken, ...request } = input;
      const known = clientToken === undefined ? undefined : answered.get(clientToken);
      if (known && known.request !== JSON.stringify(request)) {
        throw new ServiceFault('ConflictException', `clientToken ${clientToken} was used with other parameters.`);
      }
      if (known) return known.answer;
      const definition = store.definitions.runnable(input.taskDefinition);
      const { count = 1, launchType = 'EC2' } = input;
      if (count < 1 || count > mostTasks) throw invalid(`count must be between 1 and ${mostTasks}, but was ${count}`);
      const tasks: Task[] = [];
      const failures: Failure[] = [];
      for (let number = 0; number < count; number += 1) {
        const place = launchType === 'FARGATE' ? {} : placeFor(cluster, definition);
        if ('reason' in place) {
          failures.push(place);
          continue;
        }
        const record = life.put(cluster, definition, {
          taskDefinition: definition.taskDefinitionArn ?? '',
          launchType,
          lastStatus: definition.networkMode === 'awsvpc' ? 'PROVISIONING' : 'PENDING',
          ...place,
          ...(input.group === undefined ? {} : { group: input.group }),
          ...(input.startedBy === undefined ? {} : { startedBy: input.startedBy }),
          ...(input.overrides === undefined ? {} : { overrides: input.overrides }),
        });
        tasks.push(record.history.latest);
        life.start(record);
      }
      const answer = { tasks, failures };
      if (clientToken !== undefined) answered.set(clientToken, { request: JSON.stringify(request), answer });
      return answer;
    },

    /** A draining host gets no more tasks; what becomes of those of services is up to the scheduler. */
    UpdateContainerInstancesState(input: UpdateContainerInstancesStateCommandInput) {
      const { cluster: reference, containerInstances = [], status } = input;
      const cluster = store.cluster(reference);
      if (status !== 'ACTIVE' && status !== 'DRAINING')
        throw invalid('Container instance status must be ACTIVE or DRAINING.');
      if (containerInstances.length === 0) throw invalid('Container instance cannot be empty.');
      if (containerInstances.length > mostHosts) {
        throw invalid(`You cannot have more than ${mostHosts} container instances.`);
      }
      const failures: Failure[] = [];
      const changed = containerInstances.flatMap((one) => {
        const found = store.findInstance(cluster, one);
        if (!found || found.history.latest.status === 'INACTIVE') {
          failures.push({ arn: found?.arn ?? one, reason: found ? 'INACTIVE' : 'MISSING' });
          return [];
        }
        admin.updateContainerInstance(found.arn, { status });
        return instanceAt(found, store.now()) ?? [];
      });
      return { containerInstances: changed, failures };
    },

    StopTask({ cluster: reference, task, reason }: StopTaskCommandInput) {
      const cluster = store.cluster(reference);
      const found = store.findTask(cluster, task ?? '');
      if (!found) throw invalid('The referenced task was not found.');
      admin.stopTask(found.arn, reason === undefined ? {} : { stoppedReason: reason });
      return { task: found.history.latest };
    },
  };
}

/** The host for one more task, or why there is none. @throws ServiceFault where the cluster has no host at all */
function placeFor(cluster: ClusterRecord, definition: TaskDefinition): { containerInstance: string } | Failure {
  const active = cluster.instances.filter(({ history }) => history.latest.status === 'ACTIVE');
  const first = active[0];
  if (!first) throw invalid('No Container Instances were found in your cluster.');
  const connected = active.filter(({ history }) => history.latest.agentConnected);
  if (connected.length === 0) return { arn: first.arn, reason: 'AGENT' };

  const ports = (definition.containerDefinitions ?? []).flatMap(fixedHostPorts);
  const fitting = definition.networkMode === 'awsvpc' ? connected : connected.filter((one) => hasFree(one, ports));
  const best = fitting.toSorted((one, other) => load(one) - load(other))[0];
  return best ? { containerInstance: best.arn } : { arn: first.arn, reason: 'RESOURCE:PORTS' };
}

function hasFree({ ports: taken }: InstanceRecord, ports: readonly number[]): boolean {
  return ports.every((port) => taken.isFree(port));
}

function load({ tasks }: InstanceRecord): number {
  return tasks.filter(({ history }) => history.latest.stoppedAt === undefined).length;
}
