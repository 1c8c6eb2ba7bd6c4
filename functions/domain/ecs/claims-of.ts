import { WEIGHTLESS } from '../dns/address-name.ts';
import type { Naming } from '../dns/ownership.ts';
import type { LeftOutReason } from '../words/reason.ts';
import { quoted } from '../words/text.ts';
import { covers, hasFixedPort, protocolOf } from './binding.ts';
import type { Claim } from './claim.ts';
import type { Declared } from './declared.ts';
import { oneVoice, speakerOf } from './one-voice.ts';
import { noAddress, type Placement, placeOf, valueAt, whereItWas } from './place.ts';
import { type ContainerDefinition, type Host, isStopping, type Task, type TaskDefinition } from './task.ts';

/** How long a new instance may take to pass, in milliseconds; longer where its container health check says so. */
export const START_GRACE = 60_000;

/** Where nothing longer is declared. */
export const MAX_START_GRACE = 600_000;

/** The group of a service's tasks begins with it (ECS API model, Task). */
const SERVICE_GROUP = 'service:';

/** A task with what is known of it beside the answer of ECS. */
export interface Declaring {
  readonly task: Task;
  readonly definition: TaskDefinition;
  /** All that it declares. */
  readonly declared: readonly Declared[];
  /** The container instance that it runs on; absent on Fargate or where it could not be read. */
  readonly host?: Host | undefined;
}

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
 */
export function claimsOf({ task, definition, declared, host }: Declaring, naming: Naming): readonly Claim[] {
  const claims = declared.map(({ container, name, declaration, fault }): Claim => {
    const speaker = declaration ? speakerOf(container, declaration.containerPort, definition) : container;
    const graceEndsAt = endOfGrace(task, speaker, declaration?.grace);
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
      ...(host?.draining && { hostDrains: host.draining }),
      ...(task.health === 'UNHEALTHY' && { taskUnhealthy: true as const }),
    };
    if (fault || !declaration) return { ...about, ...(fault && { leftOut: fault }) };
    const running = task.containers.find((one) => one.name === speaker.name);
    const protocol = protocolOf(declaration, definition, { own: container, bindings: running?.bindings ?? [] });
    const mode = definition.networkMode;
    const placement = { container: speaker, running, declaration: { ...declaration, protocol }, mode };
    return { ...about, protocol, ...placed({ task, host }, placement, naming) };
  });
  return oneVoice(claims, definition);
}

type Placed = Pick<Claim, 'leftOut' | 'endpoint' | 'check' | 'containerHealth'>;

function placed({ task, host }: Pick<Declaring, 'task' | 'host'>, placement: Placement, naming: Naming): Placed {
  const { declaration, running, container, mode } = placement;
  const leftOutFor = (reason: LeftOutReason, detail?: string, unplaced = false): Placed => ({
    leftOut: { reason, ...(detail !== undefined && { detail }), ...(unplaced && { unplaced }) },
  });

  if (declaration.ignored) return leftOutFor('ignored', `as SERVICE_${declaration.containerPort}_IGNORE says`);
  const place = placeOf(placement, task, host);
  if (isStopping(task)) {
    const detail = `task is ${task.lastStatus}, desired ${task.desiredStatus}`;
    return { leftOut: { reason: 'stopping', detail, taskStops: true, ...whereItWas(place, declaration, naming) } };
  }
  if (running?.lastStatus === 'STOPPED') {
    const detail = `its container "${container.name}" has stopped`;
    return { leftOut: { reason: 'stopping', detail, ...whereItWas(place, declaration, naming) } };
  }
  if (host?.state === 'gone') return leftOutFor('host-gone', `${host.ec2Instance ?? host.containerInstance} has ended`);
  if (task.lastStatus !== 'RUNNING' || running?.lastStatus !== 'RUNNING') {
    const detail = `task is ${task.lastStatus}, container ${running?.lastStatus ?? 'not reported yet'}`;
    return leftOutFor('starting', detail, task.startedAt !== undefined);
  }
  const { containerPort, protocol, priority, weight, check, byAddress } = declaration;
  if (byAddress && !hasFixedPort(container, declaration, mode)) {
    const seen = place && 'port' in place ? ` (${place.port} here)` : '';
    const detail = `container port ${containerPort}/${protocol} is mapped to whatever port its host has free${seen}`;
    return leftOutFor('port-varies', detail);
  }
  if (!place) {
    const isOf = (one: Parameters<typeof covers>[0]) => covers(one, containerPort);
    const missing = mode !== 'none' && container.portMappings.some(isOf) && !running.bindings.some(isOf);
    return leftOutFor('no-binding', `container port ${containerPort}/${protocol} has no IPv4 binding`, missing);
  }
  if ('unreachable' in place) {
    const where = quoted(place.unreachable, 40);
    return leftOutFor(
      'no-address',
      `container port ${containerPort}/${protocol} is bound to ${where}, which nobody else reaches`,
    );
  }
  const { port, address, vpc } = place;
  if (address === undefined) {
    // No machine is known, or nobody asks where it is: then the answers tell all that there is.
    const nobodyAsks = host?.ec2Instance === undefined || host.unasked === true;
    const told = mode !== 'awsvpc' && host?.state === 'live' && nobodyAsks;
    return leftOutFor('no-address', noAddress(task, mode, host), !told);
  }

  const at = valueAt({ address, port }, declaration, naming);
  const weights = byAddress ? WEIGHTLESS : { priority, weight };
  return {
    endpoint: { address, ...weights, ...at, ...(vpc && { vpc }) },
    ...(check && protocol === 'tcp' && { check }),
    ...(container.healthCheck && { containerHealth: running.health ?? 'UNKNOWN' }),
  };
}

function endOfGrace(
  task: Task,
  { healthCheck }: ContainerDefinition,
  declared: number | undefined,
): number | undefined {
  if (task.startedAt === undefined) return undefined;
  if (declared !== undefined) return task.startedAt + declared;
  const checked = healthCheck ? (healthCheck.startPeriod + healthCheck.interval * healthCheck.retries) * 1_000 : 0;
  return task.startedAt + Math.min(MAX_START_GRACE, Math.max(START_GRACE, checked));
}
