import { WEIGHTLESS } from '../dns/address-name.ts';
import type { LeftOutReason } from '../words/reason.ts';
import { hasFixedPort, protocolOf } from './binding.ts';
import type { Claim } from './claim.ts';
import type { ClaimSettings, Declared } from './declared.ts';
import { oneVoice, speakerOf } from './one-voice.ts';
import { isAtPublic, isNowhere, type Placement, placeOf, valueAt, whereItWas } from './place.ts';
import { type ContainerDefinition, type Host, isStopping, serviceOf, type Task, type TaskDefinition } from './task.ts';

/** How long a new instance may take to pass, in milliseconds; longer where its container health check says so. */
export const START_GRACE = 60_000;

/** Where nothing longer is declared. */
export const MAX_START_GRACE = 600_000;

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
 * | bridge       | as bound: the host's, or that of the binding | binding of the container port + protocol      |
 * | host         | the host's     | the container port                            |
 * | awsvpc       | the task's own | the container port                            |
 * | none         | —              | — (`no-binding`)                              |
 *
 * Address and binding are of each family that the deployment publishes; one that lacks one is left out. Under an address
 * name the families are claims of their own. A declaration that says so is published at its public IPv4 address.
 */
export function claimsOf(declaring: Declaring, settings: Settings): readonly Claim[] {
  if (settings.family !== 'dualstack') return claimsIn(declaring, settings);
  const byAddress = declaring.declared.filter(({ declaration }) => declaration?.byAddress);
  if (byAddress.length === 0) return claimsIn(declaring, settings);
  const others = declaring.declared.filter((one) => !byAddress.includes(one));
  const [in4, in6] = (['ipv4', 'ipv6'] as const).map((family) =>
    claimsIn({ ...declaring, declared: byAddress }, { ...settings, family }),
  );
  return [...claimsIn({ ...declaring, declared: others }, settings), ...toldOnce(in4 ?? [], in6 ?? [])];
}

type Settings = Pick<ClaimSettings, 'naming' | 'family' | 'publishTasks' | 'revisions'>;

/** Claims of both families: what has an address of neither, for one and the same reason, is one. */
function toldOnce(in4: readonly Claim[], in6: readonly Claim[]): readonly Claim[] {
  const toldOf = ({ name, container, containerPort = 0, leftOut }: Claim) =>
    leftOut && [name, container, containerPort, leftOut.reason, leftOut.detail ?? ''].join(' ');
  const told = new Set(in4.map(toldOf));
  return [...in4, ...in6.filter((one) => !one.leftOut || !told.has(toldOf(one)))];
}

/** Each declaration once, in the family of the settings. */
function claimsIn({ task, definition, declared, host }: Declaring, settings: Settings): readonly Claim[] {
  const service = serviceOf(task.group);
  const claims = declared.map(({ container, name, declaration, fault }): Claim => {
    const speaker = declaration ? speakerOf(container, declaration.containerPort, definition) : container;
    const graceEndsAt = endOfGrace(task, speaker, declaration?.grace);
    const about = {
      name,
      task: task.arn,
      cluster: task.cluster,
      container: container.name,
      awsvpc: definition.networkMode === 'awsvpc',
      ...(declaration && isAtPublic(declaration, settings.family) && { atPublic: true as const }),
      ...(declaration?.ttl !== undefined && { ttl: declaration.ttl }),
      ...(declaration && { containerPort: declaration.containerPort, protocol: declaration.protocol }),
      ...(task.containerInstance !== undefined && { containerInstance: task.containerInstance }),
      ...(task.networkInterface?.id !== undefined && { networkInterface: task.networkInterface.id }),
      ...(task.networkInterface?.vpc !== undefined && { vpc: task.networkInterface.vpc }),
      ...(host?.ec2Instance !== undefined && { ec2Instance: host.ec2Instance }),
      ...(service !== undefined && { service }),
      ...(settings.revisions && service !== undefined && task.startedBy && { startedBy: task.startedBy }),
      ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
      ...(graceEndsAt !== undefined && { graceEndsAt }),
      ...(task.disconnected && { disconnected: task.disconnected }),
      ...(host?.draining && { hostDrains: host.draining }),
      ...(task.health === 'UNHEALTHY' && { taskUnhealthy: true as const }),
    };
    if (fault || !declaration) return { ...about, ...(fault && { leftOut: fault }) };
    if (settings.publishTasks === 'services' && service === undefined) return { ...about, leftOut: ONE_OFF };
    const running = task.containers.find((one) => one.name === speaker.name);
    const protocol = protocolOf(declaration, definition, { own: container, bindings: running?.bindings ?? [] });
    const mode = definition.networkMode;
    const placement = { container: speaker, running, declaration: { ...declaration, protocol }, mode };
    return { ...about, protocol, ...placed({ task, host }, placement, settings) };
  });
  return oneVoice(claims, definition);
}

/** Whatever `publishTasks` leaves out, and what else leaves on purpose, has one code. */
const ONE_OFF = { reason: 'ignored', detail: 'its task is of no service, and publishTasks is "services"' } as const;

type Placed = Pick<Claim, 'leftOut' | 'endpoint' | 'check' | 'containerHealth'>;

function placed(
  { task, host }: Pick<Declaring, 'task' | 'host'>,
  placement: Placement,
  { naming, family }: Pick<ClaimSettings, 'naming' | 'family'>,
): Placed {
  const { declaration, running, container, mode } = placement;
  const leftOutFor = (reason: LeftOutReason, detail?: string, unplaced = false) => ({
    leftOut: { reason, ...(detail !== undefined && { detail }), ...(unplaced && { unplaced: true as const }) },
  });

  if (declaration.ignored) return leftOutFor('ignored', `as SERVICE_${declaration.containerPort}_IGNORE says`);
  const place = placeOf(placement, { task, host }, family);
  const where = whereItWas(place, declaration, naming);
  if (isStopping(task)) {
    const detail = `task is ${task.lastStatus}, desired ${task.desiredStatus}`;
    return { leftOut: { reason: 'stopping', detail, taskStops: true, ...where } };
  }
  if (running?.lastStatus === 'STOPPED') {
    const detail = `its container "${container.name}" has stopped`;
    return { leftOut: { reason: 'stopping', detail, ...where } };
  }
  if (host?.state === 'gone') return leftOutFor('host-gone', `${host.ec2Instance ?? host.containerInstance} has ended`);
  if (task.lastStatus !== 'RUNNING' || running?.lastStatus !== 'RUNNING') {
    const detail = `task is ${task.lastStatus}, container ${running?.lastStatus ?? 'not reported yet'}`;
    return leftOutFor('starting', detail, task.startedAt !== undefined);
  }
  const { containerPort, protocol, priority, weight, check, byAddress } = declaration;
  if (byAddress && !hasFixedPort(container, declaration, mode)) {
    const seen = isNowhere(place) ? '' : ` (${place.port} here)`;
    const detail = `container port ${containerPort}/${protocol} is mapped to whatever port its host has free${seen}`;
    return leftOutFor('port-varies', detail);
  }
  if (isNowhere(place)) {
    const { leftOut } = leftOutFor(place.reason, place.detail, place.unplaced);
    return { leftOut: { ...leftOut, ...where } };
  }
  const { address, address6, probeAt, vpc } = place;
  const at = valueAt(place, declaration, naming);
  const weights = byAddress ? WEIGHTLESS : { priority, weight };
  return {
    endpoint: {
      address,
      ...(address6 && { address6 }),
      ...(probeAt && { probeAt }),
      ...weights,
      ...at,
      ...(vpc && { vpc }),
    },
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
