import type {
  ContainerInstance,
  RegisterTaskDefinitionCommandInput,
  Service,
  Task,
  TaskStopCode,
} from '@aws-sdk/client-ecs';
import { deleteCluster } from './clusters.ts';
import { clusterOf } from './identity.ts';
import { type InstanceStateChangeEvent, instanceStateChange } from './instance-event.ts';
import { addInstance, type ContainerInstancePatch, changeInstance, type NewContainerInstance } from './instances.ts';
import { type NewService, putService, type ServiceReport } from './new-service.ts';
import type { NewTask } from './new-task.ts';
import type { ServiceChangeEvent } from './service-event.ts';
import type { ServiceLife } from './service-life.ts';
import { serviceAt } from './service-view.ts';
import type { Staging } from './staging.ts';
import {
  type ClusterRecord,
  type EcsStore,
  type InstanceRecord,
  invalid,
  type ServiceRecord,
  type TaskRecord,
} from './store.ts';
import type { TaskPatch } from './task.ts';
import type { TaskStateChangeEvent } from './task-event.ts';
import type { Agent, TaskLife } from './task-life.ts';

/** Why a task is to stop. */
export interface StopReason {
  /** UserInitiated unless given. */
  readonly stopCode?: TaskStopCode;
  readonly stoppedReason?: string;
}

/**
 * The side of ECS that no client sees: what the scheduler, the agents and the weather do.
 *
 * Tasks, clusters and container instances are named by ARN (or, where it is unique, by id or name), and whatever makes
 * one gives its ARN. Every method is immediate; what the API shows may lag behind by the staleness.
 */
export interface EcsAdmin {
  /** Gives the ACTIVE cluster of that name, made if need be. */
  createCluster(name: string): string;
  /** With `force` its services, tasks and container instances go first. @throws ServiceFault as DeleteCluster does */
  deleteCluster(cluster: string, options?: { readonly force?: boolean }): void;
  /** In the SDK's shape. @throws ServiceFault as RegisterTaskDefinition does */
  registerTaskDefinition(input: RegisterTaskDefinitionCommandInput): string;
  deregisterTaskDefinition(taskDefinition: string): void;
  registerContainerInstance(spec: NewContainerInstance): string;
  /** The host as it is now, whatever the API shows; undefined for an unknown one. */
  containerInstance(containerInstance: string): ContainerInstance | undefined;
  /** Quiet: no event about its tasks, as when a host loses its network. */
  updateContainerInstance(containerInstance: string, patch: ContainerInstancePatch): void;
  /** Each host whose state changes, by its ARN: for who places tasks. Returns what ends it. */
  onInstanceChange(listener: (containerInstance: string) => void): () => void;
  /** Every event of a container instance, at once and in order: its state, and whatever begins or ends on it. Returns what ends it. */
  onInstanceEvent(listener: (event: InstanceStateChangeEvent) => void): () => void;
  /** INACTIVE. With `force` its tasks become STOPPED, each with an event. @throws ServiceFault while tasks run on it */
  deregisterContainerInstance(containerInstance: string, options?: { readonly force?: boolean }): void;
  /** Makes the service or changes it, as CreateService and UpdateService do. */
  putService(spec: NewService): string;
  /** INACTIVE at once, whatever runs. */
  deleteService(cluster: string, serviceName: string): void;
  /** As DescribeServices shows it now. @throws ServiceFault for an unknown one */
  service(cluster: string, serviceName: string): Service;
  /** @throws ServiceFault for an unknown one */
  reportService(cluster: string, serviceName: string, report: ServiceReport): void;
  /** Each service that is made, updated or deleted, as it is then: for who keeps its count. Returns what ends it. */
  onServiceChange(scheduler: (service: Service) => void): () => void;
  /**
   * Deployments by stages, or that of the service of an ARN, go as far as they go by now, their hooks called: after the clock
   * has moved, and when tasks change. Gives when the clock alone moves one of them further, ms; undefined while only tasks can.
   */
  advanceDeployments(service?: string): Promise<number | undefined>;
  /** Every event of a service, at once and in order. Returns what ends it. */
  onServiceEvent(listener: (event: ServiceChangeEvent) => void): () => void;
  /** A task, RUNNING unless said otherwise; one event. */
  putTask(spec: NewTask): string;
  /** Hands a task that was put to the agents, as RunTask does. */
  startTask(task: string): void;
  /** One event, unless only health changes. @throws RangeError for a change that ECS never makes */
  updateTask(task: string, patch: TaskPatch): void;
  /** desiredStatus STOPPED; the containers go on until an agent or updateTask ends them. No-op when already stopping. */
  stopTask(task: string, reason?: StopReason): void;
  /** The task vanishes without trace or event, as between a list and a describe. */
  removeTask(task: string): void;
  /** The task as it is now, whatever the API shows. @throws ServiceFault for an unknown one */
  task(task: string): Task;
  /** Every event, at once and in order. Returns what ends it. */
  onTaskChange(listener: (event: TaskStateChangeEvent) => void): () => void;
  /** Returns what disconnects it. */
  connectAgent(agent: Agent): () => void;
}

/** @param parts that it moves */
export function ecsAdmin(
  store: EcsStore,
  { life, services, staging }: { readonly life: TaskLife; readonly services: ServiceLife; readonly staging: Staging },
): EcsAdmin {
  const locate = (reference: string): { readonly cluster: ClusterRecord; readonly task: TaskRecord } => {
    for (const cluster of clustersNamed(store, reference)) {
      const task = store.findTask(cluster, reference);
      if (task) return { cluster, task };
    }
    throw invalid('The referenced task was not found.');
  };
  const host = (reference: string) => {
    for (const cluster of clustersNamed(store, reference)) {
      const found = store.findInstance(cluster, reference);
      if (found) return found;
    }
    throw invalid('The referenced container instance was not found.');
  };

  const hostListeners = new Set<(containerInstance: string) => void>();
  const hostEvents = new Set<(event: InstanceStateChangeEvent) => void>();
  const tellOf = (arn: string): void => {
    const [cluster] = clustersNamed(store, arn);
    if (!cluster || hostEvents.size === 0) return;
    const origin = { cluster: cluster.arn, account: store.account, id: store.nextId(), at: store.now() };
    const event = instanceStateChange(host(arn).history.latest, origin);
    for (const listener of hostEvents) listener(event);
  };
  const changeHost = (instance: InstanceRecord, patch: Parameters<typeof changeInstance>[2]): void => {
    changeInstance(store, instance, patch);
    for (const listener of hostListeners) listener(instance.arn);
    tellOf(instance.arn);
  };
  // What a task takes of its host, and gives back, are changes of the host too.
  life.listen(({ detail: { containerInstanceArn, version, lastStatus } }) => {
    if (containerInstanceArn !== undefined && (version === 1 || lastStatus === 'STOPPED')) tellOf(containerInstanceArn);
  });

  const admin: EcsAdmin = {
    createCluster: (name) => store.createCluster(name).arn,
    deleteCluster(reference, { force = false } = {}) {
      const cluster = store.cluster(reference);
      if (force) {
        for (const service of cluster.services.values()) service.status = 'INACTIVE';
        for (const task of cluster.tasks) endTask(life, task, 'Cluster deleted');
        for (const { arn, history } of cluster.instances) {
          if (history.latest.status !== 'INACTIVE') admin.deregisterContainerInstance(arn);
        }
      }
      deleteCluster(store, cluster);
    },
    registerTaskDefinition: (input) => store.definitions.register(input, new Date(store.now())).taskDefinitionArn ?? '',
    deregisterTaskDefinition(reference) {
      store.definitions.deregister(reference, new Date(store.now()));
    },
    registerContainerInstance: (spec) => addInstance(store, store.cluster(spec.cluster), spec).arn,
    updateContainerInstance: (reference, patch) => changeHost(host(reference), patch),
    containerInstance: (reference) =>
      clustersNamed(store, reference)
        .map((cluster) => store.findInstance(cluster, reference))
        .find((one) => one !== undefined)?.history.latest,
    onInstanceChange(listener) {
      hostListeners.add(listener);
      return () => void hostListeners.delete(listener);
    },
    onInstanceEvent(listener) {
      hostEvents.add(listener);
      return () => void hostEvents.delete(listener);
    },
    deregisterContainerInstance(reference, { force = false } = {}) {
      const instance = host(reference);
      const running = instance.tasks.filter(({ history }) => history.latest.stoppedAt === undefined);
      if (running.length > 0 && !force) throw invalid('Found running tasks on the instance.');
      changeHost(instance, { status: 'INACTIVE', agentConnected: false });
      for (const task of running) endTask(life, task, 'Host EC2 (instance) terminated.');
    },
    putService: (spec) => putService(store, services, spec),
    deleteService(reference, serviceName) {
      serviceNamed(serviceName, store.cluster(reference)).status = 'INACTIVE';
    },
    service(reference, serviceName) {
      const cluster = store.cluster(reference);
      return serviceAt(cluster, serviceNamed(serviceName, cluster), store.now());
    },
    reportService(reference, serviceName, { message, eventName, failedTasks, settled = false }) {
      const cluster = store.cluster(reference);
      const service = serviceNamed(serviceName, cluster);
      const [primary] = service.deployments;
      if (primary && failedTasks !== undefined) primary.failedTasks = failedTasks;
      if (message !== undefined) services.report(cluster, service, message, eventName);
      if (settled) services.settle(cluster, service);
    },
    onServiceChange: (scheduler) => services.schedule(scheduler),
    advanceDeployments: (service) => staging.advance(service),
    onServiceEvent: (listener) => services.listen(listener),
    putTask: (spec) => life.put(store.cluster(spec.cluster), store.definitions.describe(spec.taskDefinition), spec).arn,
    startTask: (reference) => life.start(locate(reference).task),
    updateTask: (reference, patch) => void life.change(locate(reference).task, patch),
    stopTask(reference, { stopCode = 'UserInitiated', stoppedReason = 'Task stopped by user' } = {}) {
      const { task } = locate(reference);
      if (task.history.latest.desiredStatus === 'STOPPED') return;
      life.change(task, { desiredStatus: 'STOPPED', stopCode, stoppedReason });
    },
    removeTask(reference) {
      const { cluster, task } = locate(reference);
      store.removeTask(cluster, task);
    },
    task: (reference) => locate(reference).task.history.latest,
    onTaskChange: (listener) => life.listen(listener),
    connectAgent: (agent) => life.connect(agent),
  };
  return admin;
}

function endTask(life: TaskLife, task: TaskRecord, stoppedReason: string): void {
  if (task.history.latest.stoppedAt !== undefined) return;
  life.change(task, { lastStatus: 'STOPPED', stopCode: 'TerminationNotice', stoppedReason });
}

function serviceNamed(name: string, cluster: ClusterRecord): ServiceRecord {
  const service = cluster.services.get(name);
  if (!service) throw invalid(`service ${name} is not in cluster ${cluster.name}`);
  return service;
}

/** The cluster that an ARN names, or every one where an id names none. */
function clustersNamed(store: EcsStore, reference: string): readonly ClusterRecord[] {
  const name = clusterOf(reference);
  if (name === undefined) return [...store.clusters.values()];
  const cluster = store.findCluster(name);
  return cluster ? [cluster] : [];
}
