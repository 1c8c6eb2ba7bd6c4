/** A task as DescribeTasks shows it, reduced to what discovery needs (ECS API model). */
export interface Task {
  readonly arn: string;
  readonly cluster: string;
  readonly definition: string;
  /** Absent on Fargate. */
  readonly containerInstance?: string;
  /** `service:<name>` for service tasks, `family:<family>` by default for RunTask. */
  readonly group?: string;
  /** Of a service's task: the id of the deployment that has started it, `ecs-svc/<digits>`. */
  readonly startedBy?: string;
  /** Grows with each change of the task; the same counter as `detail.version` of its events. */
  readonly version: number;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  /** ECS does not hear of it: what it shows may be old. */
  readonly disconnected?: true;
  /** Milliseconds since the epoch; absent until the task runs. */
  readonly startedAt?: number;
  /** Joined by ECS from the task's essential containers. */
  readonly health?: ContainerHealth;
  /** The interface of an awsvpc task; absent in other network modes. */
  readonly networkInterface?: NetworkInterface;
  readonly containers: readonly TaskContainer[];
  readonly overrides: readonly EnvironmentOverride[];
}

export interface NetworkInterface {
  readonly id?: string;
  readonly address?: string;
  /** Of IPv6, canonical. */
  readonly address6?: string;
  /** The public IPv4 address that leads to it; absent where nobody asked, or EC2 shows none. */
  readonly publicAddress?: string;
  readonly subnet?: string;
  /** That of its subnet; absent where nobody asked, or EC2 does not know the subnet. */
  readonly vpc?: string;
}

export interface TaskContainer {
  readonly name: string;
  readonly lastStatus?: string;
  readonly health?: ContainerHealth;
  readonly bindings: readonly NetworkBinding[];
}

export type ContainerHealth = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

/** One published port, or a range of them; ECS shows them once the task is RUNNING. */
export interface NetworkBinding {
  readonly bindIP?: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  /** `8000-8004`, instead of the single ports. */
  readonly containerPortRange?: string;
  readonly hostPortRange?: string;
  readonly protocol: 'tcp' | 'udp';
}

export interface EnvironmentOverride {
  readonly container: string;
  readonly environment: Readonly<Record<string, string>>;
}

export type NetworkMode = 'bridge' | 'host' | 'awsvpc' | 'none' | 'default';

/** One immutable revision of a task definition. */
export interface TaskDefinition {
  readonly arn: string;
  readonly networkMode: NetworkMode;
  readonly containers: readonly ContainerDefinition[];
}

export interface ContainerDefinition {
  readonly name: string;
  /** As far as something here reads them (`declaringPart`), labels too. */
  readonly environment: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly portMappings: readonly PortMapping[];
  /** Names of the variables that ECS fills from secrets, as far as they look like declarations; their values are not ours to read. */
  readonly secrets?: readonly string[];
  /** Present when ECS checks the container; times in seconds. */
  readonly healthCheck?: { readonly interval: number; readonly retries: number; readonly startPeriod: number };
}

/** A port that a definition maps, or a range of them; in host and awsvpc mode it only says what the container listens on. */
export interface PortMapping {
  readonly containerPort?: number;
  /** `8000-8004`, instead of the single port. */
  readonly containerPortRange?: string;
  /** Absent or 0: chosen by the host. */
  readonly hostPort?: number;
  readonly protocol: 'tcp' | 'udp';
}

/** Where tasks run, unless on Fargate; `unknown` is never gone. */
export interface Host {
  readonly containerInstance: string;
  readonly state: 'live' | 'gone' | 'unknown';
  readonly ec2Instance?: string;
  readonly address?: string;
  /** Of IPv6, canonical. */
  readonly address6?: string;
  /** The public IPv4 address that leads to `address`. */
  readonly publicAddress?: string;
  readonly vpc?: string;
  /** Of ECS Anywhere, and nobody was asked where it is. */
  readonly unasked?: true;
  /** ECS puts no more tasks on it, and moves those of services elsewhere. */
  readonly draining?: true;
  /** ECS does not hear of its agent: what it shows of the host's tasks may be old. */
  readonly disconnected?: true;
}

const ENDING = new Set(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED', 'DELETED']);

/** ECS has decided to stop the task: `desiredStatus` turns STOPPED before anything else does (ECS task lifecycle). */
export function isStopping({ desiredStatus, lastStatus }: Pick<Task, 'desiredStatus' | 'lastStatus'>): boolean {
  return desiredStatus === 'STOPPED' || ENDING.has(lastStatus);
}

/** The group of a service's tasks begins with it (ECS API model, Task). */
const SERVICE_GROUP = 'service:';

/** Name of the service that has started a task; undefined for others: RunTask, StartTask, schedules. */
export const serviceOf = (group: string | undefined): string | undefined =>
  group?.startsWith(SERVICE_GROUP) ? group.slice(SERVICE_GROUP.length) : undefined;
