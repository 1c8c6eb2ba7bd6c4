import { type Naming, targetOf } from '../dns/naming.ts';
import { formatSrv } from '../dns/srv.ts';
import type { LeftOutReason } from '../words/reason.ts';
import { quoted } from '../words/text.ts';
import { boundAt, covers, protocolOf } from './binding.ts';
import type { Check, Declaration } from './declaration.ts';
import { type DeclaredSettings, declarationsOf } from './declared.ts';
import { oneVoice, speakerOf } from './one-voice.ts';
import {
  type ContainerDefinition,
  type ContainerHealth,
  type Host,
  isStopping,
  type Task,
  type TaskContainer,
  type TaskDefinition,
} from './task.ts';

/** One declared port of one task: an endpoint that could be published, or the reason why not. */
export interface Candidate {
  /** Fully qualified and normalized; where the declaration claims no name (`claimsName`), a text, printable and bounded. */
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
  /** That of the task's own interface. */
  readonly vpc?: string;
  /** Name of the service whose task it is: ECS replaces it when it stops. */
  readonly service?: string;
  /** ECS has lost touch with its task. */
  readonly disconnected?: true;
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
  /** ECS stops the whole task: that counts for each of its declarations. */
  readonly taskStops?: true;
  /** Where one that stops was, as far as ECS still shows it: another task may claim what stands there. */
  readonly at?: EndpointKey;
  /** It runs or has run somewhere, but the answers do not tell where: whatever nobody else accounts for may be its. */
  readonly unplaced?: true;
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

export type CandidateSettings = DeclaredSettings;

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
 * | bridge       | as bound: the host's, or that of the binding | IPv4 binding of the container port + protocol |
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
  const declared = declarationsOf(definition, task.overrides, settings);
  const candidates = declared.map(({ container, name, declaration, fault }): Candidate => {
    const speaker = declaration ? speakerOf(container, declaration.containerPort, definition) : container;
    const graceEndsAt = endOfGrace(task, speaker);
    const about = {
      name,
      task: task.arn,
      cluster: task.cluster,
      container: container.name,
      awsvpc: definition.networkMode === 'awsvpc',
      ...(declaration && { containerPort: declaration.containerPort, protocol: declaration.protocol }),
      ...(task.containerInstance !== undefined && { containerInstance: task.containerInstance }),
      ...(task.networkInterface?.id !== undefined && { networkInterface: task.networkInterface.id }),
      ...(task.networkInterface?.vpc !== undefined && { vpc: task.networkInterface.vpc }),
      ...(host?.ec2Instance !== undefined && { ec2Instance: host.ec2Instance }),
      ...(task.group?.startsWith(SERVICE_GROUP) && { service: task.group.slice(SERVICE_GROUP.length) }),
      ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
      ...(graceEndsAt !== undefined && { graceEndsAt }),
      ...(task.disconnected && { disconnected: task.disconnected }),
      ...(task.health === 'UNHEALTHY' && { taskUnhealthy: true as const }),
    };
    if (fault || !declaration) return { ...about, ...(fault && { left: fault }) };
    const running = task.containers.find((one) => one.name === speaker.name);
    const protocol = protocolOf(declaration, definition, { own: container, bindings: running?.bindings ?? [] });
    const mode = definition.networkMode;
    const placement = { container: speaker, running, declaration: { ...declaration, protocol }, mode };
    return { ...about, protocol, ...placed(task, placement, host, settings.naming) };
  });
  return oneVoice(candidates, definition);
}

interface Placement {
  readonly container: ContainerDefinition;
  readonly running: TaskContainer | undefined;
  readonly declaration: Declaration;
  readonly mode: TaskDefinition['networkMode'];
}

type Placed = Pick<Candidate, 'left' | 'endpoint' | 'check' | 'containerHealth'>;

function placed(task: Task, placement: Placement, host: Host | undefined, naming: Naming): Placed {
  const { declaration, running, container, mode } = placement;
  const leave = (reason: LeftOutReason, detail?: string, unplaced = false): Placed => ({
    left: { reason, ...(detail !== undefined && { detail }), ...(unplaced && { unplaced }) },
  });

  if (declaration.ignored) return leave('ignored');
  const place = placeOf(placement, task, host);
  if (isStopping(task)) {
    const detail = `task is ${task.lastStatus}, desired ${task.desiredStatus}`;
    return { left: { reason: 'stopping', detail, taskStops: true, ...whereItWas(place, naming) } };
  }
  if (running?.lastStatus === 'STOPPED') {
    const detail = `its container "${container.name}" has stopped`;
    return { left: { reason: 'stopping', detail, ...whereItWas(place, naming) } };
  }
  if (host?.state === 'gone') return leave('host-gone', `${host.ec2Instance ?? host.containerInstance} has ended`);
  if (task.lastStatus !== 'RUNNING' || running?.lastStatus !== 'RUNNING') {
    const detail = `task is ${task.lastStatus}, container ${running?.lastStatus ?? 'not reported yet'}`;
    return leave('starting', detail, task.startedAt !== undefined);
  }
  const { containerPort, protocol, priority, weight, check } = declaration;
  if (!place) {
    const isOf = (one: Parameters<typeof covers>[0]) => covers(one, containerPort);
    const missing = mode !== 'none' && container.portMappings.some(isOf) && !running.bindings.some(isOf);
    return leave('no-binding', `container port ${containerPort}/${protocol} has no IPv4 binding`, missing);
  }
  if ('unreachable' in place) {
    const where = quoted(place.unreachable, 40);
    return leave(
      'no-address',
      `container port ${containerPort}/${protocol} is bound to ${where}, which nobody else reaches`,
    );
  }
  const { port, address, vpc } = place;
  if (address === undefined) {
    const told = mode !== 'awsvpc' && host?.state === 'live' && !host.ec2Instance?.startsWith('i-');
    return leave('no-address', noAddress(task, mode, host), !told);
  }

  const target = targetOf(address, naming);
  return {
    endpoint: { address, port, target, value: formatSrv({ priority, weight, port, target }), ...(vpc && { vpc }) },
    ...(check && protocol === 'tcp' && { check }),
    ...(container.healthCheck && { containerHealth: running.health ?? 'UNKNOWN' }),
  };
}

function whereItWas(place: ReturnType<typeof placeOf>, naming: Naming): Pick<LeftOut, 'at'> {
  if (!place || 'unreachable' in place || place.address === undefined) return {};
  return { at: endpointKey({ target: targetOf(place.address, naming), port: place.port }) };
}

interface Place {
  readonly port: number;
  readonly address: string | undefined;
  readonly vpc: string | undefined;
}

/** Where a running container serves a port; undefined where nothing is bound. */
function placeOf(
  { declaration, running, mode }: Placement,
  { networkInterface }: Task,
  host: Host | undefined,
): Place | { readonly unreachable: string } | undefined {
  const port = declaration.containerPort;
  if (mode === 'none') return undefined;
  if (mode === 'awsvpc') return { port, address: networkInterface?.address, vpc: networkInterface?.vpc };
  if (mode === 'host') return { port, address: host?.address, vpc: host?.vpc };
  const bound = boundAt(declaration, running);
  return bound && 'port' in bound ? { address: host?.address, ...bound, vpc: host?.vpc } : bound;
}

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
