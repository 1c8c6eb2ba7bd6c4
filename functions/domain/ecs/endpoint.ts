import { nameFault } from '../dns/name.ts';
import { isReserved, type Naming, ownerNameOf, targetOf } from '../dns/naming.ts';
import { formatSrv } from '../dns/srv.ts';
import type { LeftOutReason } from '../plan/reason.ts';
import { type Check, type Declaration, effectiveVariables, readDeclarations } from './declaration.ts';
import { oneVoice } from './one-voice.ts';
import {
  type ContainerDefinition,
  type ContainerHealth,
  type Host,
  isStopping,
  type NetworkBinding,
  type Task,
  type TaskContainer,
  type TaskDefinition,
} from './task.ts';

/** One declared port of one task: an endpoint that could be published, or the reason why not. */
export interface Candidate {
  /** Fully qualified and normalized; the text as declared where it is no valid name. */
  readonly name: string;
  readonly task: string;
  readonly cluster: string;
  readonly container: string;
  readonly containerPort?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly containerInstance?: string;
  readonly ec2Instance?: string;
  /** Its own interface holds the address: the task is observed by itself, not with its host. */
  readonly awsvpc: boolean;
  readonly networkInterface?: string;
  /** Name of the service whose task it is: ECS replaces it when it stops. */
  readonly service?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly endpoint?: Endpoint;
  readonly left?: LeftOut;
  /** Only where the container has a health check of its own. */
  readonly containerHealth?: ContainerHealth;
  /** ECS calls the task UNHEALTHY, for whatever container of it. */
  readonly taskUnhealthy?: true;
  readonly check?: Check;
  /** Until when a new instance may be not ready without being called unhealthy, in milliseconds since the epoch. */
  readonly graceEndsAt?: number;
}

/** Why a declared port has no endpoint. */
export interface LeftOut {
  readonly reason: LeftOutReason;
  readonly detail?: string;
  readonly hostGone?: true;
  /** ECS stops the whole task: that counts for each of its declarations. */
  readonly taskStops?: true;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly target: string;
  /** The SRV value that publishes it. */
  readonly value: string;
  readonly vpc?: string;
}

/** Identifies a value of ours under its name, whatever its priority and weight: `<target>:<port>`. */
export type EndpointKey = string;
export const endpointKey = ({ target, port }: { readonly target: string; readonly port: number }): EndpointKey =>
  `${target}:${port}`;

export interface CandidateSettings {
  readonly naming: Naming;
  /** Path of the HTTP check of ports that say nothing; undefined: none. */
  readonly defaultCheckPath?: string;
}

/** How long a new instance may take to pass, in milliseconds; longer where its container health check says so. */
export const START_GRACE = 60_000;
export const MAX_START_GRACE = 600_000;
/** The group of a service's tasks begins with it (ECS API model, Task). */
const SERVICE_GROUP = 'service:';

/**
 * Every port that a task declares, with its endpoint or the reason why it has none; where several containers claim one
 * endpoint, as one voice.
 *
 * | network mode | address        | port                                          |
 * | ------------ | -------------- | --------------------------------------------- |
 * | bridge       | the host's     | IPv4 binding of the container port + protocol |
 * | host         | the host's     | the container port                            |
 * | awsvpc       | the task's own | the container port                            |
 * | none         | —              | — (`no-binding`)                              |
 *
 * @param host the container instance the task runs on; undefined on Fargate or where it could not be read
 */
export function candidatesOf(
  task: Task,
  definition: TaskDefinition,
  host: Host | undefined,
  settings: CandidateSettings,
): readonly Candidate[] {
  const candidates = definition.containers.flatMap((container) => {
    const overrides = task.overrides.find((override) => override.container === container.name)?.environment ?? {};
    const variables = effectiveVariables(container.labels, container.environment, overrides);
    return readDeclarations(variables, settings.defaultCheckPath).map((declaration): Candidate => {
      const graceEndsAt = endOfGrace(task, container);
      const about = {
        task: task.arn,
        cluster: task.cluster,
        container: container.name,
        awsvpc: definition.networkMode === 'awsvpc',
        ...(task.containerInstance !== undefined && { containerInstance: task.containerInstance }),
        ...(task.networkInterface?.id !== undefined && { networkInterface: task.networkInterface.id }),
        ...(host?.ec2Instance !== undefined && { ec2Instance: host.ec2Instance }),
        ...(task.group?.startsWith(SERVICE_GROUP) && { service: task.group.slice(SERVICE_GROUP.length) }),
        ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
        ...(graceEndsAt !== undefined && { graceEndsAt }),
        ...(task.health === 'UNHEALTHY' && { taskUnhealthy: true as const }),
      };
      if ('reason' in declaration) {
        const { name, reason, detail } = declaration;
        const usable = nameFault(name, settings.naming.zone) === undefined;
        return { ...about, name: usable ? ownerNameOf(name, settings.naming) : name, left: { reason, detail } };
      }
      const running = task.containers.find(({ name }) => name === container.name);
      return {
        ...about,
        containerPort: declaration.containerPort,
        protocol: declaration.protocol,
        ...placed(task, { container, running, declaration, mode: definition.networkMode }, host, settings.naming),
      };
    });
  });
  return oneVoice(candidates, definition);
}

interface Placement {
  readonly container: ContainerDefinition;
  readonly running: TaskContainer | undefined;
  readonly declaration: Declaration;
  readonly mode: TaskDefinition['networkMode'];
}

type Placed = Pick<Candidate, 'name' | 'left' | 'endpoint' | 'check' | 'containerHealth'>;

function placed(task: Task, placement: Placement, host: Host | undefined, naming: Naming): Placed {
  const { declaration, running, container } = placement;
  const fault = nameFault(declaration.name, naming.zone);
  if (fault) return { name: declaration.name, left: { reason: 'invalid-name', detail: fault } };
  const name = ownerNameOf(declaration.name, naming);
  const leave = (reason: LeftOutReason, detail?: string): Placed => ({
    name,
    left: { reason, ...(detail !== undefined && { detail }) },
  });

  if (isReserved(name, naming)) {
    return leave(
      'reserved-name',
      `got "${declaration.name}", names at or below "${naming.owner}" belong to the deployment`,
    );
  }
  if (declaration.ignored) return leave('ignored');
  if (isStopping(task)) {
    const detail = `task is ${task.lastStatus}, desired ${task.desiredStatus}`;
    return { name, left: { reason: 'stopping', detail, taskStops: true } };
  }
  if (running?.lastStatus === 'STOPPED') return leave('stopping', `its container "${container.name}" has stopped`);
  if (host?.state === 'gone') return { name, left: { reason: 'stopping', detail: 'its host is gone', hostGone: true } };
  if (task.lastStatus !== 'RUNNING' || running?.lastStatus !== 'RUNNING') {
    return leave('starting', `task is ${task.lastStatus}, container ${running?.lastStatus ?? 'not reported yet'}`);
  }
  const port = portOf(placement);
  if (port === undefined) {
    return leave(
      'no-binding',
      `container port ${declaration.containerPort}/${declaration.protocol} has no IPv4 binding`,
    );
  }
  const address = placement.mode === 'awsvpc' ? task.networkInterface?.address : host?.address;
  if (address === undefined) return leave('no-address', noAddress(task, placement.mode, host));

  const target = targetOf(address, naming);
  const { priority, weight, check } = declaration;
  const vpc = placement.mode === 'awsvpc' ? undefined : host?.vpc;
  return {
    name,
    endpoint: { address, port, target, value: formatSrv({ priority, weight, port, target }), ...(vpc && { vpc }) },
    ...(check && { check }),
    ...(container.healthCheck && { containerHealth: running.health ?? 'UNKNOWN' }),
  };
}

function portOf({ declaration, running, mode }: Placement): number | undefined {
  if (mode === 'none') return undefined;
  if (mode === 'awsvpc' || mode === 'host') return declaration.containerPort;
  for (const binding of running?.bindings ?? []) {
    // Docker may report a second, IPv6 binding whose port can even belong to another container.
    if (binding.protocol !== declaration.protocol || binding.bindIP?.includes(':')) continue;
    const port = hostPortOf(binding, declaration.containerPort);
    if (port !== undefined) return port;
  }
  return undefined;
}

function hostPortOf(binding: NetworkBinding, containerPort: number): number | undefined {
  if (binding.containerPort === containerPort) return validPort(binding.hostPort);
  const from = rangeOf(binding.containerPortRange);
  const to = rangeOf(binding.hostPortRange);
  if (!from || !to || containerPort < from.first || containerPort > from.last) return undefined;
  const port = to.first + containerPort - from.first;
  return port <= to.last ? validPort(port) : undefined;
}

function rangeOf(text: string | undefined): { first: number; last: number } | undefined {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(text ?? '') ?? [];
  return first && last ? { first: Number(first), last: Number(last) } : undefined;
}

const validPort = (port: number | undefined) =>
  port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;

function noAddress(task: Task, mode: TaskDefinition['networkMode'], host: Host | undefined): string {
  if (mode === 'awsvpc') return 'the task has no network interface with an IPv4 address yet';
  if (task.containerInstance === undefined) return 'the task has no container instance';
  if (!host) return `container instance ${task.containerInstance} could not be read`;
  return host.ec2Instance === undefined
    ? `container instance ${task.containerInstance} has no EC2 instance`
    : `EC2 reports no private IPv4 address for ${host.ec2Instance}`;
}

function endOfGrace(task: Task, { healthCheck }: ContainerDefinition): number | undefined {
  if (task.startedAt === undefined) return undefined;
  const checked = healthCheck ? (healthCheck.startPeriod + healthCheck.interval * healthCheck.retries) * 1_000 : 0;
  return task.startedAt + Math.min(MAX_START_GRACE, Math.max(START_GRACE, checked));
}
