import type { ContainerInstance, LaunchType, ServiceEvent, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { ServiceFault } from '../service.ts';
import type { Configuration } from './configuration.ts';
import { TaskDefinitions } from './definitions.ts';
import type { History } from './history.ts';
import { type Account, clusterOf, ecsArn, lastPart } from './identity.ts';
import type { ElasticInterface, HostPorts, TaskNetwork } from './network.ts';
import type { Listed } from './paging.ts';
import type { ServiceDeploymentRecord } from './service-deployment.ts';

/** Stopped tasks stay describable for an hour (ListTasks); we give INACTIVE container instances as long, in ms. */
export const lingerMs = 3_600_000;

export interface TaskRecord extends Listed {
  readonly id: string;
  readonly arn: string;
  readonly definition: TaskDefinition;
  readonly instance?: InstanceRecord;
  elasticInterface?: ElasticInterface;
  network: TaskNetwork;
  readonly history: History<Task>;
}

export interface InstanceRecord extends Listed {
  readonly id: string;
  readonly arn: string;
  readonly ports: HostPorts;
  /** In the order of their making. */
  tasks: readonly TaskRecord[];
  readonly history: History<ContainerInstance>;
  deregisteredAt?: number;
}

/** One rollout of a service, and with it one service revision: its tasks carry the id as `startedBy`. */
export interface DeploymentRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  /** ARN. */
  readonly taskDefinition: string;
  readonly createdAt: Date;
  updatedAt: Date;
  failedTasks: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
}

export interface ServiceRecord extends Listed {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  desiredCount: number;
  launchType: LaunchType;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  configuration: Configuration;
  /** The PRIMARY one first, then those that it replaces. */
  deployments: readonly DeploymentRecord[];
  /** In the order of their making. */
  readonly serviceDeployments: ServiceDeploymentRecord[];
  /** The latest first, at most 100. */
  events: readonly ServiceEvent[];
}

export interface ClusterRecord extends Listed {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  /** In the order of their making, as are the other lists. */
  tasks: TaskRecord[];
  readonly tasksById: Map<string, TaskRecord>;
  instances: InstanceRecord[];
  readonly instancesById: Map<string, InstanceRecord>;
  readonly services: Map<string, ServiceRecord>;
  /** With that many tasks, those that nobody can see any more are dropped. */
  sweepAt: number;
}

/** Fewer tasks than this are never worth a sweep. */
const firstSweep = 512;

/** Everything that one stand-in knows, and how the API's references find it. Times in ms. */
export class EcsStore {
  readonly account: Account;
  readonly now: () => number;
  /** 32 hexadecimal digits, never the same twice. */
  readonly nextId: () => string;
  readonly definitions: TaskDefinitions;
  readonly clusters = new Map<string, ClusterRecord>();
  #sequence = 0;

  constructor(account: Account, now: () => number, nextId: () => string) {
    this.account = account;
    this.now = now;
    this.nextId = nextId;
    this.definitions = new TaskDefinitions(account);
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Makes the cluster, or gives the ACTIVE one of that name, as CreateCluster does. */
  createCluster(name: string): ClusterRecord {
    const known = this.clusters.get(name);
    if (known?.status === 'ACTIVE') return known;
    if (!/^[\w-]{1,255}$/.test(name)) throw invalid('Cluster name contains invalid characters.');
    const cluster: ClusterRecord = {
      sequence: this.nextSequence(),
      name,
      arn: ecsArn(this.account, 'cluster', name),
      status: 'ACTIVE',
      tasks: [],
      tasksById: new Map(),
      instances: [],
      instancesById: new Map(),
      services: new Map(),
      sweepAt: firstSweep,
    };
    this.clusters.delete(name);
    this.clusters.set(name, cluster);
    return cluster;
  }

  /**
   * @param reference name or ARN; `default` unless given
   * @throws ServiceFault ClusterNotFoundException for one that is unknown or INACTIVE
   */
  cluster(reference = 'default'): ClusterRecord {
    const found = this.findCluster(reference);
    if (found?.status !== 'ACTIVE') throw new ServiceFault('ClusterNotFoundException', 'Cluster not found.');
    return found;
  }

  findCluster(reference: string): ClusterRecord | undefined {
    const found = this.clusters.get(lastPart(reference));
    return reference === found?.name || reference === found?.arn ? found : undefined;
  }

  /** By id or ARN; undefined once it has lingered for an hour. */
  findTask(cluster: ClusterRecord, reference: string): TaskRecord | undefined {
    const task = cluster.tasksById.get(idIn(cluster, reference));
    return task && this.isTaskGone(task) ? undefined : task;
  }

  findInstance(cluster: ClusterRecord, reference: string): InstanceRecord | undefined {
    const instance = cluster.instancesById.get(idIn(cluster, reference));
    return instance && this.isInstanceGone(instance) ? undefined : instance;
  }

  isTaskGone({ history }: TaskRecord): boolean {
    const { stoppedAt } = history.latest;
    return stoppedAt !== undefined && stoppedAt.getTime() + lingerMs <= this.now();
  }

  isInstanceGone({ deregisteredAt }: InstanceRecord): boolean {
    return deregisteredAt !== undefined && deregisteredAt + lingerMs <= this.now();
  }

  addTask(cluster: ClusterRecord, task: TaskRecord): void {
    this.#forgetGone(cluster);
    cluster.tasks.push(task);
    cluster.tasksById.set(task.id, task);
    if (task.instance) task.instance.tasks = [...task.instance.tasks, task];
  }

  /** Takes the task out of the account at once: listed never again, described as MISSING. */
  removeTask(cluster: ClusterRecord, task: TaskRecord): void {
    cluster.tasks = cluster.tasks.filter((one) => one !== task);
    cluster.tasksById.delete(task.id);
    if (task.instance) task.instance.tasks = task.instance.tasks.filter((one) => one !== task);
    task.instance?.ports.release(task.arn);
  }

  #forgetGone(cluster: ClusterRecord): void {
    if (cluster.tasks.length < cluster.sweepAt) return;
    for (const task of cluster.tasks) if (this.isTaskGone(task)) cluster.tasksById.delete(task.id);
    cluster.tasks = cluster.tasks.filter((task) => !this.isTaskGone(task));
    for (const instance of cluster.instances) {
      instance.tasks = instance.tasks.filter((task) => !this.isTaskGone(task));
    }
    cluster.sweepAt = Math.max(firstSweep, 2 * cluster.tasks.length);
  }
}

/** @throws ServiceFault InvalidParameterException for an ARN of another cluster (aws-toolkit-vscode#2915) */
function idIn(cluster: ClusterRecord, reference: string): string {
  const named = clusterOf(reference);
  if (named !== undefined && named !== cluster.name) {
    throw invalid(`Invalid identifier: Identifier is for cluster ${named}. Your cluster is ${cluster.name}`);
  }
  return lastPart(reference);
}

export const invalid = (message: string): ServiceFault => new ServiceFault('InvalidParameterException', message);
