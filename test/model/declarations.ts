import { define, host } from '../support/fleet.ts';
import type { World } from '../support/world.ts';
import type { Named } from './traits.ts';

export const NAMES = ['_calc._tcp', 'time'];
const HOSTS = ['10.0.1.1', '10.0.1.2'];
/** Few ports on two hosts, so that they are reused all the time. */
const PORTS = [1_001, 1_002];
/** What a container listens at, by what it declares: of those with fixed ports two find room on one host. */
const CONTAINER_PORTS = [80, 81];
/** The address name of histories that have one: the first declaration has it beside its names. */
export const ADDRESS_NAME = 'calc';

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** What tasks may declare, and where they find room. */
export interface Declarations {
  /** The value of `SERVICE_<port>_NAME`, the one that is chosen more often first. */
  readonly texts: readonly [string, string];
  readonly hosts: readonly { readonly address: string; readonly arn: string }[];
  /** Ports of all hosts, whether they are free or not. */
  places(text: string): readonly Place[];
  /** The port of a task with an address of its own. */
  ownPort(text: string): number;
  isAddressed(text: string): boolean;
  /** Starts a task on a host. */
  putOnHost(text: string, place: Place): string;
  /** Starts one with an interface. */
  putApart(text: string, about: { readonly eni: string; readonly address: string; readonly address6?: string }): string;
}

/** The IPv6 address of a host. */
export const address6Of = (address: string): string => `2001:db8::${address.split('.').slice(2).join(':')}`;

/** Task definitions in bridge or host mode and in awsvpc mode, and two hosts. */
export function declarations(
  world: World,
  { checked = false, named }: { readonly checked?: boolean; readonly named?: Named | undefined },
): Declarations {
  const { aws } = world;
  const { admin } = aws.ecs;
  admin.createCluster('shop');
  const hosts = HOSTS.map((address) => ({
    address,
    arn: host(world, 'shop', address, named?.family && address6Of(address)),
  }));
  const fixed = named?.alias !== undefined;
  const [first = '', second = ''] = NAMES;
  const texts = [named ? `${first},${second}` : first, second] as const;
  const portOf = (index: number) => (fixed ? (CONTAINER_PORTS[index] ?? 0) : 80);
  const defined = (family: string, ttl: string, networkMode: 'bridge' | 'host' | 'awsvpc') =>
    texts.map((text, index) => {
      const port = portOf(index);
      const environment = {
        ...(checked && { [`SERVICE_${port}_CHECK_TCP`]: 'true' }),
        [`SERVICE_${port}_TTL`]: ttl,
        ...(fixed && index === 0 && { [`SERVICE_${port}_ADDRESS_NAME`]: ADDRESS_NAME }),
      };
      return define(world, `${family}-${index}`, { names: { [port]: text }, environment, networkMode });
    });
  // Instances of one name differ: whichever run comes last must leave the lowest of those that are left.
  const onHost = defined('bridge', '60', fixed ? 'host' : 'bridge');
  const apart = defined('awsvpc', '30', 'awsvpc');
  if (checked)
    for (const name of texts)
      admin.putService({ cluster: 'shop', serviceName: name, taskDefinition: onHost[0] ?? '', desiredCount: 0 });
  const indexOf = (text: string) => texts.indexOf(text);
  const common = (text: string) => ({ cluster: 'shop', ...(checked && { service: text }) });
  return {
    texts,
    hosts,
    places: (text) =>
      HOSTS.flatMap((address) => (fixed ? [portOf(indexOf(text))] : PORTS).map((port) => ({ address, port }))),
    ownPort: (text) => portOf(indexOf(text)),
    isAddressed: (text) => fixed && indexOf(text) === 0,
    putOnHost: (text, { address, port }) =>
      admin.putTask({
        ...common(text),
        taskDefinition: onHost[indexOf(text)] ?? '',
        containerInstance: hosts.find((home) => home.address === address)?.arn ?? '',
        ...(!fixed && { hostPorts: { 80: port } }),
        ...(!fixed && named?.family && { ipv6Bindings: 'same-port' as const }),
      }),
    putApart(text, { eni, address, address6 }) {
      const in6 = address6 === undefined ? {} : { ipv6Address: address6 };
      aws.ec2.admin.putNetworkInterface(eni, { privateIpAddresses: [address], vpcId: 'vpc-1', ...in6 });
      return admin.putTask({
        ...common(text),
        taskDefinition: apart[indexOf(text)] ?? '',
        address,
        elasticInterface: { networkInterfaceId: eni, ...in6 },
      });
    },
  };
}
