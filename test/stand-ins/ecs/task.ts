import type { Attachment, Container, HealthStatus, Task, TaskStopCode } from '@aws-sdk/client-ecs';
import type { TaskNetwork } from './network.ts';

/** ECS task life cycle, in order; DELETED is visible only in the API. */
export const taskStatuses = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
  'DELETED',
] as const;

export type TaskStatus = (typeof taskStatuses)[number];

/** What changes of a task; its network is what the task gets once it runs. */
export interface TaskPatch extends TaskNetwork {
  /** Only forwards; STOPPED includes desiredStatus STOPPED. */
  readonly lastStatus?: TaskStatus;
  /** Never from STOPPED back to RUNNING. */
  readonly desiredStatus?: 'RUNNING' | 'STOPPED';
  readonly stopCode?: TaskStopCode;
  readonly stoppedReason?: string;
  /** By container name; only containers that have a health check. Health alone makes neither version nor event. */
  readonly health?: Readonly<Record<string, HealthStatus>>;
  /** By container name, word for word over what the stand-in derives, e.g. a container that stopped alone. */
  readonly containers?: Readonly<Record<string, Partial<Container>>>;
  /** Whether ECS hears of the task. */
  readonly connectivity?: 'CONNECTED' | 'DISCONNECTED';
  /** Attachments besides the interface, e.g. of Service Connect; replaces those given before. */
  readonly attachments?: readonly Attachment[];
}

/** What a status says of the containers. */
const containerStatus: Readonly<Record<TaskStatus, string>> = {
  PROVISIONING: 'PENDING',
  PENDING: 'PENDING',
  ACTIVATING: 'PENDING',
  RUNNING: 'RUNNING',
  DEACTIVATING: 'RUNNING',
  STOPPING: 'RUNNING',
  DEPROVISIONING: 'STOPPED',
  STOPPED: 'STOPPED',
  DELETED: 'STOPPED',
};

/** Derived parts that only the record of the task knows. */
export interface TaskParts {
  /** The containers' network as of the new status. */
  readonly network: (container: string) => Pick<Container, 'networkBindings' | 'networkInterfaces'>;
  readonly attachments: readonly Attachment[];
  /** Docker's id, or ECS's on Fargate. */
  readonly runtimeId: (container: string) => string;
  readonly hasHealthCheck: (container: string) => boolean;
  /** Containers that AWS injected are not. */
  readonly isEssential: (container: string) => boolean;
}

/**
 * The task after a change. Pure: the task before stays as it is.
 *
 * @throws RangeError for a change that ECS never makes
 */
export function changeTask(task: Task, patch: TaskPatch, parts: TaskParts, now: Date): Task {
  const lastStatus = patch.lastStatus ?? statusOf(task);
  refuseBackwards(task, patch, lastStatus);
  const gone = lastStatus === 'STOPPED' || lastStatus === 'DELETED';
  const desiredStatus = gone ? 'STOPPED' : (patch.desiredStatus ?? task.desiredStatus ?? 'RUNNING');
  const containers = (task.containers ?? []).map((one) => changeContainer(one, patch, parts, lastStatus));

  const next: Task = {
    ...task,
    lastStatus,
    desiredStatus,
    containers,
    attachments: [...parts.attachments],
    healthStatus: joinHealth(containers.filter(({ name = '' }) => parts.isEssential(name))),
    ...(patch.connectivity !== undefined && { connectivity: patch.connectivity, connectivityAt: now }),
    version: (task.version ?? 0) + (isHealthOnly(patch) ? 0 : 1),
  };
  if (lastStatus !== 'PROVISIONING' && !next.connectivityAt) {
    next.connectivity = 'CONNECTED';
    next.connectivityAt = now;
  }
  if (lastStatus === 'RUNNING' && !next.startedAt) {
    next.pullStartedAt ??= next.createdAt;
    next.pullStoppedAt ??= now;
    next.startedAt = now;
  }
  if (desiredStatus === 'STOPPED') {
    next.stoppingAt ??= now;
    next.stopCode = patch.stopCode ?? task.stopCode ?? (gone ? 'EssentialContainerExited' : 'UserInitiated');
    next.stoppedReason = patch.stoppedReason ?? task.stoppedReason ?? usualReason(next.stopCode);
  }
  if (gone) {
    next.executionStoppedAt ??= now;
    next.stoppedAt ??= now;
  }
  return next;
}

export function statusOf(task: Task): TaskStatus {
  const status = taskStatuses.find((one) => one === task.lastStatus);
  if (!status) throw new RangeError(`unknown task status ${task.lastStatus}`);
  return status;
}

/** A change of health alone: ECS sends no event for it and counts no version. */
export function isHealthOnly(patch: TaskPatch): boolean {
  const keys = Object.keys(patch);
  return keys.length === 1 && keys[0] === 'health';
}

function changeContainer(container: Container, patch: TaskPatch, parts: TaskParts, status: TaskStatus): Container {
  const name = container.name ?? '';
  const health = patch.health?.[name];
  if (health !== undefined && !parts.hasHealthCheck(name)) {
    throw new RangeError(`container ${name} has no health check in its definition, so its health stays UNKNOWN`);
  }
  const moved = patch.lastStatus === undefined ? {} : { lastStatus: containerStatus[status] };
  const lastStatus = moved.lastStatus ?? container.lastStatus;
  const ended = lastStatus === 'STOPPED' && container.lastStatus === 'RUNNING';
  return {
    ...container,
    ...moved,
    ...parts.network(name),
    ...(health === undefined ? {} : { healthStatus: health }),
    ...(lastStatus === 'RUNNING' ? { runtimeId: container.runtimeId ?? parts.runtimeId(name) } : {}),
    ...(ended && container.exitCode === undefined ? { exitCode: 0 } : {}),
    ...patch.containers?.[name],
  };
}

function refuseBackwards(task: Task, patch: TaskPatch, lastStatus: TaskStatus): void {
  if (taskStatuses.indexOf(lastStatus) < taskStatuses.indexOf(statusOf(task))) {
    throw new RangeError(`a task never goes back from ${task.lastStatus} to ${lastStatus}`);
  }
  if (task.desiredStatus === 'STOPPED' && patch.desiredStatus === 'RUNNING') {
    throw new RangeError('a task that is to stop never gets desiredStatus RUNNING again');
  }
}

/** Of the essential containers one UNHEALTHY decides; one of UNKNOWN health does not (amazon-ecs-agent#4094). */
function joinHealth(containers: readonly Container[]): HealthStatus {
  if (containers.some(({ healthStatus }) => healthStatus === 'UNHEALTHY')) return 'UNHEALTHY';
  return containers.some(({ healthStatus }) => healthStatus === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}

function usualReason(stopCode: TaskStopCode | undefined): string {
  return stopCode === 'EssentialContainerExited' ? 'Essential container in task exited' : 'Task stopped by user';
}
