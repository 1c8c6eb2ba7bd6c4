import type { AddressFamily } from '../dns/address-family.ts';
import { reachesOthersByIpv6 } from '../dns/ipv6.ts';
import { type Naming, targetOf } from '../dns/ownership.ts';
import { quoted } from '../words/text.ts';
import { type Bound, boundAt, covers } from './binding.ts';
import { type EndpointKey, endpointKey } from './claim.ts';
import type { Declaration } from './declaration.ts';
import { isExternal } from './host.ts';
import type { ContainerDefinition, Host, Task, TaskContainer, TaskDefinition } from './task.ts';

export interface Placement {
  readonly container: ContainerDefinition;
  readonly running: TaskContainer | undefined;
  readonly declaration: Declaration;
  readonly mode: TaskDefinition['networkMode'];
}

/** The value that stands for a place, but for its weights; in that of an address name there is no port. */
export const valueAt = (
  { address, port }: Pick<Place, 'address' | 'port'>,
  { byAddress }: Pick<Declaration, 'byAddress'>,
  naming: Naming,
): { readonly target: string; readonly port: number; readonly servesAt?: number } => {
  const target = targetOf(address, naming);
  return byAddress ? { target, port: 0, servesAt: port } : { target, port };
};

/** Where a port is served. */
export interface Place {
  readonly port: number;
  /** That of which its target is made. */
  readonly address: string;
  /** What the target answers with as well; only where both families are published. */
  readonly address6?: string | undefined;
  /** The private address, where the public one is published in its place. */
  readonly probeAt?: string;
  readonly vpc: string | undefined;
}

/** Why a port is served nowhere, as far as the answers tell. */
export interface Nowhere {
  readonly reason: 'no-binding' | 'no-address';
  readonly detail: string;
  /** It runs somewhere all the same. */
  readonly unplaced: boolean;
  /** What is known of its place. */
  readonly at?: Pick<Place, 'port' | 'address'>;
}

export const isNowhere = (place: Place | Nowhere): place is Nowhere => 'reason' in place;

/** At which endpoint something was, where that is known. */
export function whereItWas(
  place: Place | Nowhere,
  declaration: Declaration,
  naming: Naming,
): { readonly at?: EndpointKey } {
  const known = isNowhere(place) ? place.at : place;
  return known ? { at: endpointKey(valueAt(known, declaration, naming)) } : {};
}

/** Whether the public address is published: of IPv6 there is none, since its addresses are public themselves. */
export const isAtPublic = ({ atPublic }: Declaration, family: AddressFamily | undefined): boolean =>
  atPublic === true && family !== 'ipv6';

/** What may have addresses: a task's own interface, or its host. */
type Owner = Pick<Host, 'address' | 'address6' | 'publicAddress' | 'vpc'>;

/**
 * Where a running container serves a port. Where both families are published it is there in both, at one port: an SRV value
 * has one, and no client knows which family another one takes. An address name asks for one family at a time. A public
 * address stands in for the IPv4 one.
 */
export function placeOf(
  placement: Placement,
  { task, host }: { readonly task: Task; readonly host?: Host | undefined },
  family?: AddressFamily,
): Place | Nowhere {
  const { declaration, mode } = placement;
  const owner: Owner = (mode === 'awsvpc' ? task.networkInterface : host) ?? {};
  const shared = mode === 'awsvpc' || mode === 'host';
  const bound = shared ? { port: declaration.containerPort } : boundIn(placement, family);
  if ('reason' in bound) return bound;

  const address = family === 'ipv6' ? undefined : (bound.address ?? owner.address);
  const address6 = family === 'ipv6' || family === 'dualstack' ? (bound.address6 ?? owner.address6) : undefined;
  const first = address ?? (family === 'ipv6' ? address6 : undefined);
  if (first === undefined) return noAddress(family === 'ipv6' ? 'IPv6' : 'IPv4', placement, { task, host });
  const shown =
    isAtPublic(declaration, family) && address !== undefined ? publicOf(address, owner, placement) : { address: first };
  if ('reason' in shown) return shown;
  if ('missing' in shown) return noAddress('public IPv4', placement, { task, host });
  const { port } = bound;
  const at = { at: { address: shown.address, port } };
  if (family === 'dualstack' && address6 === undefined) {
    return { ...noAddress('IPv6', placement, { task, host }), ...at };
  }
  if (address6 !== undefined && !reachesOthersByIpv6(address6)) {
    const detail = `its IPv6 address is ${quoted(address6, 40)}, which nobody else reaches`;
    return { reason: 'no-address', detail, unplaced: true, ...(family === 'dualstack' && at) };
  }
  return { port, ...shown, vpc: owner.vpc, ...(family === 'dualstack' && { address6 }) };
}

/** What is published in place of a private address; one that EC2 does not show may be there all the same. */
function publicOf(
  probeAt: string,
  { address: own, publicAddress }: Owner,
  { declaration }: Placement,
): { readonly address: string; readonly probeAt: string } | { readonly missing: true } | Nowhere {
  if (probeAt !== own) {
    const detail = `container port ${named(declaration)} is bound to ${quoted(probeAt, 40)}, and no public address is known to lead there`;
    return { reason: 'no-address', detail, unplaced: false };
  }
  return publicAddress === undefined ? { missing: true } : { address: publicAddress, probeAt };
}

interface BoundPort {
  readonly port: number;
  readonly address?: string | undefined;
  readonly address6?: string | undefined;
}

/** Where a bridge port is bound on its host, in each family that is published. */
function boundIn(placement: Placement, family: AddressFamily | undefined): BoundPort | Nowhere {
  const { declaration, mode } = placement;
  const running = mode === 'none' ? undefined : placement.running;
  const in4 = family === 'ipv6' ? undefined : usable(boundAt(declaration, running, 'IPv4'), 'IPv4', placement);
  if (in4 && 'reason' in in4) return in4;
  const wants6 = family === 'ipv6' || family === 'dualstack';
  const in6 = wants6 ? usable(boundAt(declaration, running, 'IPv6'), 'IPv6', placement) : undefined;
  if (in6 && 'reason' in in6) return in6;
  if (in4 && in6 && in4.port !== in6.port) {
    const detail = `container port ${named(declaration)} has host port ${in4.port} for IPv4 and ${in6.port} for IPv6, want one for both`;
    return { reason: 'no-binding', detail, unplaced: true };
  }
  return { port: in4?.port ?? in6?.port ?? 0, address: in4?.address, address6: in6?.address };
}

type Word = 'IPv4' | 'IPv6';

function usable(bound: Bound | undefined, family: Word, { declaration, ...placement }: Placement) {
  if (!bound) {
    const { container, running, mode } = placement;
    const isOf = (one: Parameters<typeof covers>[0]) => covers(one, declaration.containerPort);
    const missing = container.portMappings.some(isOf) && !running?.bindings.some(isOf);
    // What was published of it before has its IPv4 address.
    const elsewhere = family === 'IPv6' && boundAt(declaration, running) !== undefined;
    const detail = `container port ${named(declaration)} has no ${family} binding`;
    return { reason: 'no-binding', detail, unplaced: mode !== 'none' && (missing || elsewhere) } as const;
  }
  if (!('unreachable' in bound)) return bound;
  const where = quoted(bound.unreachable, 40);
  const detail = `container port ${named(declaration)} is bound to ${where}, which nobody else reaches`;
  return { reason: 'no-address', detail, unplaced: false } as const;
}

const named = ({ containerPort, protocol }: Declaration) => `${containerPort}/${protocol}`;

function noAddress(
  family: Word | 'public IPv4',
  { mode }: Placement,
  { task, host }: { readonly task: Task; readonly host?: Host | undefined },
): Nowhere {
  // No machine is known, or nobody asks where it is: then the answers tell all that there is.
  const nobodyAsks = host?.ec2Instance === undefined || host.unasked === true;
  const told = mode !== 'awsvpc' && host?.state === 'live' && nobodyAsks;
  const about = { reason: 'no-address', unplaced: !told } as const;
  if (mode === 'awsvpc' && family === 'public IPv4') {
    const { id = 'the network interface of the task, which is not known yet' } = task.networkInterface ?? {};
    return { ...about, detail: `EC2 reports no public IPv4 address for ${id}` };
  }
  if (mode === 'awsvpc') return { ...about, detail: `the task has no network interface with an ${family} address yet` };
  if (task.containerInstance === undefined) return { ...about, detail: 'the task has no container instance' };
  const instance = `container instance ${task.containerInstance}`;
  if (!host) return { ...about, detail: `${instance} could not be read` };
  if (host.ec2Instance === undefined) return { ...about, detail: `${instance} has no EC2 instance` };
  if (host.unasked) {
    const detail = `${host.ec2Instance} is of ECS Anywhere: only \`ecsAnywhere: true\` asks for its address`;
    return { ...about, detail };
  }
  if (isExternal(host.ec2Instance)) {
    return { ...about, detail: `Systems Manager reports no ${family} address for ${host.ec2Instance}` };
  }
  const address = family === 'IPv4' ? 'private IPv4' : family;
  return { ...about, detail: `EC2 reports no ${address} address for ${host.ec2Instance}` };
}
