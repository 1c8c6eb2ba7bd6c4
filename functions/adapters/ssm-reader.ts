import { DescribeInstanceInformationCommand, type InstanceInformation, SSMClient } from '@aws-sdk/client-ssm';
import { isExternal } from '../domain/ecs/host.ts';
import { SSM_FILTER_VALUES, SSM_PAGE } from '../domain/words/quotas.ts';
import { clientSettings } from './aws/client-settings.ts';
import { nameOf, present } from './aws/faults.ts';
import { readPages } from './aws/pages.ts';
import { chunks, pool } from './aws/pool.ts';

/** Where the machines of ECS Anywhere are, which EC2 does not know. */
export interface AnywhereReader {
  /** IPv4 addresses as the agents have reported them, by managed instance (`mi-…`); those without one are left out. */
  addressesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** A fleet is a few calls, of whose rate AWS says nothing. */
const CONCURRENT_READS = 2;
const CALL = 'ssm:DescribeInstanceInformation';
const IPV4 = /^(\d{1,3}\.){3}\d{1,3}$/;

export function anywhereReader(client: Pick<SSMClient, 'send'> = new SSMClient(clientSettings())): AnywhereReader {
  return {
    async addressesOf(ids) {
      const managed = [...new Set(ids.filter(isExternal))];
      const found = await pool(chunks(managed, SSM_FILTER_VALUES), CONCURRENT_READS, (some) => described(client, some));
      return new Map(
        found
          .flat()
          .flatMap(({ InstanceId, IPAddress }) =>
            InstanceId && IPAddress && IPV4.test(IPAddress) ? [[InstanceId, IPAddress] as const] : [],
          ),
      );
    },
  };
}

/**
 * The machines that SSM knows of some. One of a deregistered machine may fail the whole call (`InvalidInstanceId`): then each
 * half is asked for by itself, so that it costs the others nothing (L10).
 */
async function described(
  client: Pick<SSMClient, 'send'>,
  ids: readonly string[],
): Promise<readonly InstanceInformation[]> {
  try {
    const pages = await readPages({
      call: CALL,
      ask: (NextToken?: string) =>
        client.send(
          new DescribeInstanceInformationCommand({
            Filters: [{ Key: 'InstanceIds', Values: [...ids] }],
            MaxResults: SSM_PAGE,
            NextToken,
          }),
        ),
      next: ({ NextToken }) => NextToken,
    });
    return pages.flatMap(({ InstanceInformationList }) => present(InstanceInformationList, CALL, 'the machines'));
  } catch (fault) {
    if (nameOf(fault) !== 'InvalidInstanceId') throw fault;
    if (ids.length === 1) return [];
    const half = Math.ceil(ids.length / 2);
    const parts = [ids.slice(0, half), ids.slice(half)];
    return (await pool(parts, 1, (part) => described(client, part))).flat();
  }
}
