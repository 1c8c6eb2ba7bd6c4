import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type Filter,
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

    async holdersOf(addresses) {
      const call = 'ec2:DescribeNetworkInterfaces';
      const pages = await filtered(call, { Name: 'addresses.private-ip-address', Values: addresses }, (input) =>
        client.send(new DescribeNetworkInterfacesCommand({ ...MANAGED_TOO, ...input })),
      );
      const held = new Map<string, Holder[]>();
      for (const { NetworkInterfaceId, VpcId, PrivateIpAddresses = [] } of pages.flatMap(({ NetworkInterfaces }) =>
        present(NetworkInterfaces, call, 'interfaces'),
      )) {
        for (const { PrivateIpAddress } of PrivateIpAddresses) {
          if (!NetworkInterfaceId || !PrivateIpAddress) continue;
          const holder = { networkInterface: NetworkInterfaceId, ...(VpcId && { vpc: VpcId }) };
          held.set(PrivateIpAddress, [...(held.get(PrivateIpAddress) ?? []), holder]);
        }
      }
      return held;
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

const toInstance = ({ InstanceId, State, PrivateIpAddress, VpcId }: Instance): Ec2Instance => ({
  id: InstanceId ?? '',
  state: State?.Name ?? 'unknown',
  ...(PrivateIpAddress && { address: PrivateIpAddress }),
  ...(VpcId && { vpc: VpcId }),
});
