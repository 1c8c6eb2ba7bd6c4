import { DescribeInstancesCommand, DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EC2_FILTER_VALUES } from '../domain/plan/quotas.ts';
import { calling } from './faults.ts';
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

export function ec2Reader(client: Pick<EC2Client, 'send'> = new EC2Client({})): Ec2Reader {
  return {
    async describeInstances(ids) {
      // By filter, not by InstanceIds: there one unknown id fails the whole call (EC2 API model).
      const wanted = [...new Set(ids)].filter((id) => id.startsWith('i-'));
      const found = await pool(chunks(wanted, EC2_FILTER_VALUES), CONCURRENT_READS, async (values) => {
        const instances: Ec2Instance[] = [];
        let NextToken: string | undefined;
        do {
          const command = new DescribeInstancesCommand({
            Filters: [{ Name: 'instance-id', Values: [...values] }],
            ...(NextToken !== undefined && { NextToken }),
          });
          const page = await calling('ec2:DescribeInstances', () => client.send(command));
          for (const { Instances = [] } of page.Reservations ?? []) {
            for (const { InstanceId, State, PrivateIpAddress, VpcId } of Instances) {
              if (!InstanceId) continue;
              instances.push({
                id: InstanceId,
                state: State?.Name ?? 'unknown',
                ...(PrivateIpAddress && { address: PrivateIpAddress }),
                ...(VpcId && { vpc: VpcId }),
              });
            }
          }
          NextToken = page.NextToken;
        } while (NextToken);
        return instances;
      });
      return new Map(found.flat().map((instance) => [instance.id, instance]));
    },

    async holdersOf(addresses) {
      const holders = new Map<string, string[]>();
      await pool(chunks([...new Set(addresses)], EC2_FILTER_VALUES), CONCURRENT_READS, async (values) => {
        let NextToken: string | undefined;
        do {
          const command = new DescribeNetworkInterfacesCommand({
            Filters: [{ Name: 'addresses.private-ip-address', Values: [...values] }],
            ...(NextToken !== undefined && { NextToken }),
          });
          const page = await calling('ec2:DescribeNetworkInterfaces', () => client.send(command));
          for (const { NetworkInterfaceId, PrivateIpAddresses = [] } of page.NetworkInterfaces ?? []) {
            for (const { PrivateIpAddress } of PrivateIpAddresses) {
              if (!NetworkInterfaceId || !PrivateIpAddress) continue;
              holders.set(PrivateIpAddress, [...(holders.get(PrivateIpAddress) ?? []), NetworkInterfaceId]);
            }
          }
          NextToken = page.NextToken;
        } while (NextToken);
      });
      return holders;
    },
  };
}
