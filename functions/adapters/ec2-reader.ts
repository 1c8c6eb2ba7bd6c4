import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { EC2_FILTER_VALUES } from '../domain/plan/quotas.ts';
import { clientSettings } from './client-settings.ts';
import { present } from './faults.ts';
import { readPages } from './pages.ts';
import { chunks, pool } from './pool.ts';

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
  /** The network interfaces that hold these private addresses now: address → interface ids. */
  holdersOf(addresses: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

const CONCURRENT_READS = 5;

export function ec2Reader(client: Pick<EC2Client, 'send'> = new EC2Client(clientSettings())): Ec2Reader {
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
              new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: [...values] }], NextToken }),
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
                Filters: [{ Name: 'addresses.private-ip-address', Values: [...values] }],
                NextToken,
              }),
            ),
          next: ({ NextToken }) => NextToken,
        }),
      );
      const holders = new Map<string, string[]>();
      for (const { NetworkInterfaces } of pages.flat()) {
        for (const { NetworkInterfaceId, PrivateIpAddresses = [] } of present(NetworkInterfaces, call, 'interfaces')) {
          for (const { PrivateIpAddress } of PrivateIpAddresses) {
            if (!NetworkInterfaceId || !PrivateIpAddress) continue;
            holders.set(PrivateIpAddress, [...(holders.get(PrivateIpAddress) ?? []), NetworkInterfaceId]);
          }
        }
      }
      return holders;
    },
  };
}

const toInstance = ({ InstanceId, State, PrivateIpAddress, VpcId }: Instance): Ec2Instance => ({
  id: InstanceId ?? '',
  state: State?.Name ?? 'unknown',
  ...(PrivateIpAddress && { address: PrivateIpAddress }),
  ...(VpcId && { vpc: VpcId }),
});
