import type { Attachment, Container, ContainerDefinition, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { History } from './history.ts';
import { attachmentOf, bridgeBindings, interfacesOf, type TaskNetwork } from './network.ts';
import { atAddress, type Draft, elasticInterfaceFor, type NewTask, unbornTask } from './new-task.ts';
import { type ClusterRecord, type EcsStore, invalid, type TaskRecord } from './store.ts';
import { changeTask, isHealthOnly, statusOf, type TaskPatch, type TaskStatus, taskStatuses } from './task.ts';
import { type TaskStateChangeEvent, taskStateChange } from './task-event.ts';

/** Who carries out what ECS wants: the container agents of all hosts. */
export interface Agent {
  /** RunTask placed this task: start it, then updateTask to RUNNING. */
  readonly startTask?: (task: Task, definition: TaskDefinition) => void;
  /** This task is to stop and has not yet: stop it, then updateTask to STOPPED. */
  readonly stopTask?: (task: Task) => void;
}

/** Makes and changes tasks, and tells whoever listens. */
export class TaskLife {
  readonly #store: EcsStore;
  readonly #listeners = new Set<(event: TaskStateChangeEvent) => void>();
  readonly #agents = new Set<Agent>();
  #interfaces = 0;

  constructor(store: EcsStore) {
    this.#store = store;
  }

  /** @returns what ends the listening */
  listen(listener: (event: TaskStateChangeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @returns what disconnects the agent */
  connect(agent: Agent): () => void {
    this.#agents.add(agent);
    return () => void this.#agents.delete(agent);
  }

  put(cluster: ClusterRecord, definition: TaskDefinition, spec: NewTask): TaskRecord {
    const store = this.#store;
    const instance =
      spec.containerInstance === undefined ? undefined : store.findInstance(cluster, spec.containerInstance);
    if (spec.containerInstance !== undefined && !instance) {
      throw invalid(`container instance ${spec.containerInstance} is not registered in cluster ${cluster.name}`);
    }
    const draft: Draft = { cluster, definition, host: instance?.history.latest, id: store.nextId() };
    const unborn = unbornTask(store, spec, draft);
    if (definition.networkMode === 'awsvpc') this.#interfaces += 1;
    const record: TaskRecord = {
      sequence: store.nextSequence(),
      id: draft.id,
      arn: unborn.taskArn ?? '',
      definition,
      ...(instance ? { instance } : {}),
      ...(definition.networkMode === 'awsvpc'
        ? { elasticInterface: elasticInterfaceFor(store, spec, draft, this.#interfaces) }
        : {}),
      network: spec,
      history: new History(store.now(), unborn),
    };
    record.history.change(store.now(), this.#changed(record, { lastStatus: 'RUNNING', ...spec }));
    store.addTask(cluster, record);
    this.#tell(record);
    if (statusOf(record.history.latest) === 'RUNNING') this.#tellAgain(record);
    return record;
  }

  /** Passes every status on the way to the one that is given, each with an event and a version of its own. */
  change(record: TaskRecord, patch: TaskPatch): Task {
    const before = record.history.latest;
    if (record.elasticInterface && patch.address !== undefined) {
      if (statusOf(before) !== 'PROVISIONING') throw new RangeError('an interface that is attached keeps its address');
      record.elasticInterface = {
        ...record.elasticInterface,
        ...atAddress(patch.address, this.#store.account.region),
      };
    }
    for (const lastStatus of passedOnTheWay(before, patch.lastStatus)) {
      record.history.change(this.#store.now(), this.#changed(record, { lastStatus, ...whyStopped(patch, before) }));
      this.#tell(record);
    }
    const next = this.#changed(record, patch);
    record.network = { ...record.network, ...patch };
    record.history.change(this.#store.now(), next);
    if (next.stoppedAt) record.instance?.ports.release(record.arn);
    if (!isHealthOnly(patch)) this.#tell(record);
    if (patch.lastStatus === 'RUNNING' && before.lastStatus !== 'RUNNING') this.#tellAgain(record);
    const isToStop = before.desiredStatus !== 'STOPPED' && next.desiredStatus === 'STOPPED' && !next.stoppedAt;
    if (isToStop) for (const agent of [...this.#agents]) agent.stopTask?.(next);
    return next;
  }

  /** Hands a task that was placed to the agents. */
  start({ history, definition }: TaskRecord): void {
    for (const agent of [...this.#agents]) agent.startTask?.(history.latest, definition);
  }

  /** A task that runs is told of again: by each container and each managed agent that reports; here by one. */
  #tellAgain(record: TaskRecord): void {
    const task = record.history.latest;
    record.history.change(this.#store.now(), { ...task, version: (task.version ?? 0) + 1 });
    this.#tell(record);
  }

  #tell(record: TaskRecord): void {
    if (this.#listeners.size === 0) return;
    const { account, nextId, now } = this.#store;
    const event = taskStateChange(record.history.latest, { account, id: nextId(), at: now() });
    for (const listener of [...this.#listeners]) listener(event);
  }

  #changed(record: TaskRecord, patch: TaskPatch): Task {
    const task = record.history.latest;
    const status = patch.lastStatus ?? statusOf(task);
    const network = { ...record.network, ...patch };
    const own = record.elasticInterface;
    return changeTask(
      task,
      patch,
      {
        network: (name) => containerNetwork(record, name, { network, status }),
        attachments: [...(own ? [attachmentOf(own, status)] : []), ...otherAttachments(task, patch)],
        // Docker's id has 64 digits; Fargate makes one of the task's id and a number.
        runtimeId: () => (record.instance ? this.#store.nextId().repeat(2) : `${record.id}-${record.sequence}`),
        hasHealthCheck: (name) => containerNamed(record.definition, name)?.healthCheck !== undefined,
        isEssential: (name) => containerNamed(record.definition, name)?.essential === true,
      },
      new Date(this.#store.now()),
    );
  }
}

/** Where a task stops that has run: those on container instances have no interface to give back, and skip its states. */
const STOPPING: Readonly<Record<'own' | 'shared', readonly TaskStatus[]>> = {
  own: ['DEACTIVATING', 'STOPPING', 'DEPROVISIONING'],
  shared: ['STOPPING'],
};

/** The statuses between the one of a task that has run and STOPPED, or another one in which it ends. */
function passedOnTheWay(task: Task, to: TaskStatus | undefined): readonly TaskStatus[] {
  if (to === undefined || task.startedAt === undefined) return [];
  const own = task.attachments?.some(({ type }) => type === 'ElasticNetworkInterface');
  const between = (status: TaskStatus) =>
    taskStatuses.indexOf(status) > taskStatuses.indexOf(statusOf(task)) &&
    taskStatuses.indexOf(status) < taskStatuses.indexOf(to);
  return STOPPING[own ? 'own' : 'shared'].filter(between);
}

/** One that ECS has not been told to stop ends by itself. */
const whyStopped = ({ stopCode, stoppedReason }: TaskPatch, before: Task): TaskPatch => ({
  desiredStatus: 'STOPPED',
  stopCode: stopCode ?? before.stopCode ?? 'EssentialContainerExited',
  ...(stoppedReason !== undefined && { stoppedReason }),
});

/** Bindings appear once the task is RUNNING and then stay; host, none and awsvpc never have any. */
function containerNetwork(
  { definition, instance, history, arn, elasticInterface }: TaskRecord,
  name: string,
  { network, status }: { readonly network: TaskNetwork; readonly status: TaskStatus },
): Pick<Container, 'networkBindings' | 'networkInterfaces'> {
  if (elasticInterface) return { networkBindings: [], networkInterfaces: interfacesOf(elasticInterface, status) };

  const networkBindings = history.latest.containers?.find((one) => one.name === name)?.networkBindings ?? [];
  const mode = definition.networkMode ?? 'bridge';
  const isBound = networkBindings.length > 0 || mode === 'host' || mode === 'none';
  const container = containerNamed(definition, name);
  if (isBound || status !== 'RUNNING' || !container || !instance) return { networkBindings, networkInterfaces: [] };

  const given = network.bindings?.[name];
  for (const { hostPort } of given ?? []) if (hostPort !== undefined) instance.ports.claim(arn, hostPort);
  const found = given ? [...given] : bridgeBindings(container, network, { free: instance.ports, holder: arn });
  return { networkBindings: found, networkInterfaces: [] };
}

function containerNamed(definition: TaskDefinition, name: string): ContainerDefinition | undefined {
  return definition.containerDefinitions?.find((one) => one.name === name);
}

function otherAttachments(task: Task, patch: TaskPatch): readonly Attachment[] {
  return patch.attachments ?? (task.attachments ?? []).filter(({ type }) => type !== 'ElasticNetworkInterface');
}
