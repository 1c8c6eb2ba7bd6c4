import { canonicalIpv6, reachesOthersByIpv6 } from '../dns/ipv6.ts';
import type { ContainerDefinition, NetworkBinding, PortMapping, TaskContainer, TaskDefinition } from './task.ts';

type Protocol = NetworkBinding['protocol'];

/** A container port as one container declares it. */
export interface DeclaredPort {
  readonly containerPort: number;
  /** Of the name alone: `udp` where it has a label `_udp`. */
  readonly protocol: Protocol;
}

interface BoundPort {
  readonly port: number;
  readonly address?: string;
}

/** Where a bridge port is bound on its host: at one address of it, or at all. */
export type Bound =
  | BoundPort
  /** It is bound, but at no address that others can reach. */
  | { readonly unreachable: string };

/**
 * Which protocol a declared port speaks: UDP where its name says so or where it is mapped as UDP only, else TCP.
 *
 * | name has `_udp` | mapped as          | protocol |
 * | --------------- | ------------------ | -------- |
 * | yes             | whatever           | UDP      |
 * | no              | UDP only           | UDP      |
 * | no              | TCP, both, nothing | TCP      |
 *
 * Containers that share a network (host, awsvpc) share its ports: there a mapping of any of them tells, the own one first.
 */
export function protocolOf(
  { containerPort, protocol }: DeclaredPort,
  { networkMode, containers }: Pick<TaskDefinition, 'networkMode' | 'containers'>,
  { own, bindings }: { readonly own: ContainerDefinition; readonly bindings: readonly NetworkBinding[] },
): Protocol {
  if (protocol === 'udp') return 'udp';
  const shared = networkMode === 'host' || networkMode === 'awsvpc';
  const sources: readonly (readonly (PortMapping | NetworkBinding)[])[] = [
    own.portMappings,
    shared ? containers.flatMap(({ portMappings }) => portMappings) : [],
    bindings,
  ];
  const speaking = sources
    .map((ports) => ports.filter((one) => covers(one, containerPort)))
    .find((ports) => ports.length > 0);
  return speaking?.every((one) => one.protocol === 'udp') ? 'udp' : 'tcp';
}

/**
 * The host port and address of a container port in bridge mode; undefined where nothing of the family is bound. Docker may
 * report a binding of each family, and the port of the second can even belong to another container: each is looked at by
 * itself. A binding without an address is one of all IPv4 addresses.
 */
export function boundAt(
  { containerPort, protocol }: DeclaredPort,
  container: TaskContainer | undefined,
  family: 'IPv4' | 'IPv6' = 'IPv4',
): Bound | undefined {
  const bound = (container?.bindings ?? []).flatMap((binding): readonly Bound[] => {
    const { bindIP = '' } = binding;
    if (binding.protocol !== protocol || bindIP.includes(':') !== (family === 'IPv6')) return [];
    const port = hostPortOf(binding, containerPort);
    return port === undefined ? [] : [family === 'IPv6' ? at6(bindIP, port) : at4(bindIP, port)];
  });
  return bound.filter((one) => 'port' in one).sort(byPlace)[0] ?? bound[0];
}

function at4(address: string, port: number): Bound {
  if (address === '' || address === '0.0.0.0') return { port };
  return reachesOthers(address) ? { port, address } : { unreachable: address };
}

function at6(text: string, port: number): Bound {
  const address = canonicalIpv6(text);
  if (address === '::') return { port };
  return address !== undefined && reachesOthersByIpv6(address) ? { port, address } : { unreachable: text };
}

/** All addresses before one of them, then any order: nobody promises that of the answer, and another port is another value. */
function byPlace(one: BoundPort, other: BoundPort): number {
  const [address, its] = [one.address ?? '', other.address ?? ''];
  if (address !== its) return address < its ? -1 : 1;
  return one.port - other.port;
}

/**
 * Whether a container port is at the same port of every host: its own where the task has the host's ports or an address of its
 * own, and in bridge mode where the definition says which.
 */
export function hasFixedPort(
  { portMappings }: Pick<ContainerDefinition, 'portMappings'>,
  { containerPort, protocol }: DeclaredPort,
  mode: TaskDefinition['networkMode'],
): boolean {
  if (mode !== 'bridge' && mode !== 'default') return true;
  return portMappings.some(
    (one) => one.containerPort === containerPort && one.protocol === protocol && (one.hostPort ?? 0) > 0,
  );
}

/** An address that others can reach: not of this host alone, of one link, of "this network", or of a group (RFC 6890). */
function reachesOthers(address: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return false;
  const [first = 0, second] = parts;
  return first !== 0 && first !== 127 && first < 224 && !(first === 169 && second === 254);
}

function hostPortOf(binding: NetworkBinding, containerPort: number): number | undefined {
  const offset = offsetIn(binding, containerPort);
  if (offset === undefined) return undefined;
  if (binding.containerPort === containerPort) return validPort(binding.hostPort);
  const to = rangeOf(binding.hostPortRange);
  const port = (to?.first ?? 0) + offset;
  return to && port <= to.last ? validPort(port) : undefined;
}

type Mapped = Pick<PortMapping, 'containerPort' | 'containerPortRange'>;

/** Whether a container port is the mapped one, or within the mapped range. */
export const covers = (mapped: Mapped, containerPort: number): boolean => offsetIn(mapped, containerPort) !== undefined;

/** How far into a mapped port or range a container port lies; undefined: outside. */
function offsetIn(mapped: Mapped, containerPort: number): number | undefined {
  if (mapped.containerPort === containerPort) return 0;
  const range = rangeOf(mapped.containerPortRange);
  return range && containerPort >= range.first && containerPort <= range.last ? containerPort - range.first : undefined;
}

function rangeOf(text: string | undefined): { first: number; last: number } | undefined {
  const [, first, last] = /^(\d+)-(\d+)$/.exec(text ?? '') ?? [];
  return first && last ? { first: Number(first), last: Number(last) } : undefined;
}

const validPort = (port: number | undefined) =>
  port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
