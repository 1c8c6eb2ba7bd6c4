import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
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
  readonly vpc?: string;
}

export interface Ec2Reader {
  /** Instances by id; ids that EC2 does not know, of other accounts, or `mi-…` ones are simply left out. */
  describeInstances(ids: readonly string[]): Promise<ReadonlyMap<string, Ec2Instance>>;
  /** The network interfaces that hold these private addresses now, by address; one address may be held in several VPCs. */
  holdersOf(addresses: readonly string[]): Promise<ReadonlyMap<string, readonly Holder[]>>;
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
  return {
    async describeInstances(ids) {
      const call = 'ec2:DescribeInstances';
      // By filter, not by InstanceIds: there one unknown id fails the whole call (EC2 API model).
      const wanted = [...new Set(ids)].filter((id) => id.startsWith('i-'));
      const pages = await pool(chunks(wanted, EC2_FILTER_VALUES), CONCURRENT_READS, (values) =>
        readPages({
          call,
          ask: (NextToken?: string) =>
            client.send(
              new DescribeInstancesCommand({
                ...MANAGED_TOO,
                Filters: [{ Name: 'instance-id', Values: [...values] }],
                NextToken,
              }),
            ),
          next: ({ NextToken }) => NextToken,
        }),
      );
      const instances = pages
        .flat()
        .flatMap(({ Reservations }) => present(Reservations, call, 'Reservations'))
        .flatMap(({ Instances = [] }) => Instances.map(toInstance));
      return new Map(instances.map((instance) => [instance.id, instance]));
    },

    async holdersOf(addresses) {
      const call = 'ec2:DescribeNetworkInterfaces';
      const pages = await pool(chunks([...new Set(addresses)], EC2_FILTER_VALUES), CONCURRENT_READS, (values) =>
        readPages({
          call,
          ask: (NextToken?: string) =>
            client.send(
              new DescribeNetworkInterfacesCommand({
                ...MANAGED_TOO,
                Filters: [{ Name: 'addresses.private-ip-address', Values: [...values] }],
                NextToken,
              }),
            ),
          next: ({ NextToken }) => NextToken,
        }),
      );
      const held = pages
        .flat()
        .flatMap(({ NetworkInterfaces }) => present(NetworkInterfaces, call, 'interfaces'))
        .flatMap(({ NetworkInterfaceId, VpcId, PrivateIpAddresses = [] }) =>
          PrivateIpAddresses.flatMap(({ PrivateIpAddress }) =>
            NetworkInterfaceId && PrivateIpAddress
              ? [{ address: PrivateIpAddress, networkInterface: NetworkInterfaceId, ...(VpcId && { vpc: VpcId }) }]
              : [],
          ),
        );
      return new Map(
        [...Map.groupBy(held, ({ address }) => address)].map(([address, all]) => [
          address,
          all.map(({ address: _, ...holder }) => holder),
        ]),
      );
    },

    async vpcsOf(subnets) {
      const call = 'ec2:DescribeSubnets';
      const open = [...new Set(subnets)].filter((subnet) => !vpcs.has(subnet));
      const pages = await pool(chunks(open, EC2_FILTER_VALUES), CONCURRENT_READS, (values) =>
        readPages({
          call,
          ask: (NextToken?: string) =>
            client.send(
              new DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...values] }], NextToken }),
            ),
          next: ({ NextToken }) => NextToken,
        }),
      );
      for (const { Subnets } of pages.flat()) {
        for (const { SubnetId, VpcId } of present(Subnets, call, 'Subnets')) {
          if (SubnetId && VpcId) vpcs.set(SubnetId, VpcId);
        }
      }
      return new Map(
        [...new Set(subnets)].flatMap((subnet) => (vpcs.has(subnet) ? [[subnet, vpcs.get(subnet) ?? '']] : [])),
      );
    },
  };
}

const toInstance = ({ InstanceId, State, PrivateIpAddress, VpcId }: Instance): Ec2Instance => ({
  id: InstanceId ?? '',
  state: State?.Name ?? 'unknown',
  ...(PrivateIpAddress && { address: PrivateIpAddress }),
  ...(VpcId && { vpc: VpcId }),
});
