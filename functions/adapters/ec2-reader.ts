import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type Filter,
  type Instance,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { canonicalIpv6 } from '../domain/dns/ipv6.ts';
import { isIpv6 } from '../domain/dns/ownership.ts';
import { EC2_FILTER_VALUES } from '../domain/words/quotas.ts';
import { clientSettings } from './aws/client-settings.ts';
import { present } from './aws/faults.ts';
import { readPages } from './aws/pages.ts';
import { chunks, pool } from './aws/pool.ts';

export interface Ec2Instance {
  readonly id: string;
  /** `pending`, `running`, `shutting-down`, `terminated`, `stopping`, `stopped` */
  readonly state: string;
  readonly address?: string;
  /** Of IPv6, canonical. */
  readonly address6?: string;
  /** Of IPv4; absent where it has none now. */
  readonly publicAddress?: string;
  readonly vpc?: string;
}

export interface Ec2Reader {
  /** Instances by id; ids that EC2 does not know, of other accounts, or `mi-…` ones are simply left out. */
  describeInstances(ids: readonly string[]): Promise<ReadonlyMap<string, Ec2Instance>>;
  /**
   * The network interfaces that hold these addresses now, by address: private ones and those of IPv6, which several VPCs may
   * hold at a time, and public ones of IPv4.
   */
  holdersOf(
    addresses: readonly string[],
    publicOnes?: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Holder[]>>;
  /** The public IPv4 addresses that lead to the primary addresses of network interfaces, by interface; those without are left out. */
  publicAddressesOf(interfaces: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** VPCs of subnets, by subnet; each is asked for once in a function's life, since it never changes. Unknown ones are left out. */
  vpcsOf(subnets: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

export interface Holder {
  readonly networkInterface: string;
  readonly vpc?: string;
}

const CONCURRENT_READS = 5;
/**
 * What a service manages for its customers (ECS Managed Instances, say) is left out of an answer where the account hides
 * it, unless it is asked for (API_GetManagedResourceVisibility).
 */
const MANAGED_TOO = { IncludeManagedResources: true } as const;

export function ec2Reader(client: Pick<EC2Client, 'send'> = new EC2Client(clientSettings())): Ec2Reader {
  const vpcs = new Map<string, string>();
  const interfacesBy = async (Name: string, Values: readonly string[]): Promise<readonly NetworkInterface[]> => {
    const call = 'ec2:DescribeNetworkInterfaces';
    const pages = await filtered(call, { Name, Values }, (input) =>
      client.send(new DescribeNetworkInterfacesCommand({ ...MANAGED_TOO, ...input })),
    );
    return pages.flatMap(({ NetworkInterfaces }) => present(NetworkInterfaces, call, 'interfaces'));
  };
  return {
    async describeInstances(ids) {
      const call = 'ec2:DescribeInstances';
      const wanted = ids.filter((id) => id.startsWith('i-'));
      // By filter, not by InstanceIds: there one unknown id fails the whole call (EC2 API model).
      const pages = await filtered(call, { Name: 'instance-id', Values: wanted }, (input) =>
        client.send(new DescribeInstancesCommand({ ...MANAGED_TOO, ...input })),
      );
      const instances = pages
        .flatMap(({ Reservations }) => present(Reservations, call, 'Reservations'))
        .flatMap(({ Instances = [] }) => Instances.map(toInstance));
      return new Map(instances.map((instance) => [instance.id, instance]));
    },

    async holdersOf(addresses, publicOnes = []) {
      const [private4, all6, public4] = await Promise.all([
        interfacesBy(
          'addresses.private-ip-address',
          addresses.filter((address) => !isIpv6(address)),
        ),
        interfacesBy('ipv6-addresses.ipv6-address', addresses.filter(isIpv6)),
        interfacesBy('association.public-ip', publicOnes),
      ]);
      const held = new Map<string, Holder[]>();
      const hold = ({ NetworkInterfaceId, VpcId }: NetworkInterface, addresses: readonly string[]) => {
        if (!NetworkInterfaceId) return;
        const holder = { networkInterface: NetworkInterfaceId, ...(VpcId && { vpc: VpcId }) };
        for (const address of addresses) held.set(address, [...(held.get(address) ?? []), holder]);
      };
      for (const found of [...private4, ...all6]) hold(found, addressesOf(found));
      for (const found of public4) hold(found, publicAddressOf(found));
      return held;
    },

    async publicAddressesOf(interfaces) {
      const found = await interfacesBy('network-interface-id', interfaces);
      return new Map(
        found.flatMap((one) => publicAddressOf(one).map((address) => [one.NetworkInterfaceId ?? '', address] as const)),
      );
    },

    async vpcsOf(subnets) {
      const call = 'ec2:DescribeSubnets';
      const open = subnets.filter((subnet) => !vpcs.has(subnet));
      const pages = await filtered(call, { Name: 'subnet-id', Values: open }, (input) =>
        client.send(new DescribeSubnetsCommand(input)),
      );
      for (const { SubnetId, VpcId } of pages.flatMap(({ Subnets }) => present(Subnets, call, 'Subnets'))) {
        if (SubnetId && VpcId) vpcs.set(SubnetId, VpcId);
      }
      return new Map(
        [...new Set(subnets)].flatMap((subnet) => (vpcs.has(subnet) ? [[subnet, vpcs.get(subnet) ?? '']] : [])),
      );
    },
  };
}

/** Every page of what a filter finds, whose values, each asked for once, are more than one call takes. */
async function filtered<Page extends { readonly NextToken?: string | undefined }>(
  call: string,
  { Name, Values }: { readonly Name: string; readonly Values: readonly string[] },
  send: (input: { readonly Filters: Filter[]; readonly NextToken: string | undefined }) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages = await pool(chunks([...new Set(Values)], EC2_FILTER_VALUES), CONCURRENT_READS, (values) =>
    readPages({
      call,
      ask: (NextToken?: string) => send({ Filters: [{ Name, Values: [...values] }], NextToken }),
      next: ({ NextToken }) => NextToken,
    }),
  );
  return pages.flat();
}

function toInstance({
  InstanceId,
  State,
  PrivateIpAddress,
  PublicIpAddress,
  VpcId,
  ...instance
}: Instance): Ec2Instance {
  const address6 = ipv6Of(instance);
  return {
    id: InstanceId ?? '',
    state: State?.Name ?? 'unknown',
    ...(PrivateIpAddress && { address: PrivateIpAddress }),
    ...(address6 !== undefined && { address6 }),
    ...(PublicIpAddress && { publicAddress: PublicIpAddress }),
    ...(VpcId && { vpc: VpcId }),
  };
}

/**
 * The IPv6 address of an instance: the primary one of its primary interface, else that which EC2 shows as the instance's,
 * else the first in the order of texts, since nobody promises the order of the answer.
 */
function ipv6Of({ Ipv6Address, NetworkInterfaces = [] }: Pick<Instance, 'Ipv6Address' | 'NetworkInterfaces'>) {
  const primary = NetworkInterfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0) ?? NetworkInterfaces[0];
  const own = primary?.Ipv6Addresses ?? [];
  const first = own.flatMap((one) => canonicalIpv6(one.Ipv6Address ?? '') ?? []).sort()[0];
  const marked = own.find(({ IsPrimaryIpv6 }) => IsPrimaryIpv6)?.Ipv6Address ?? Ipv6Address;
  return canonicalIpv6(marked ?? '') ?? first;
}

const addressesOf = ({ PrivateIpAddresses = [], Ipv6Addresses = [] }: NetworkInterface): readonly string[] => [
  ...PrivateIpAddresses.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []),
  ...Ipv6Addresses.flatMap(({ Ipv6Address }) => canonicalIpv6(Ipv6Address ?? '') ?? []),
];

/** None, or that of its primary address. */
const publicAddressOf = ({ Association }: NetworkInterface): readonly string[] => [Association?.PublicIp ?? []].flat();
