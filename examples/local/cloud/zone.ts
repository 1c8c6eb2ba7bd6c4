import type { Cloud } from './cloud.ts';

export interface LocalZone {
  readonly id: string;
  /** Without final dot. */
  readonly name: string;
}

/** Seconds for which resolvers may remember that a name has no instance yet (design, section 7). */
const NEGATIVE_TTL = 5;

/** The VPC that the zone, the hosts and the health checker are in. */
export const VPC_ID = 'vpc-0a1b2c3d4e5f60718';

/** Where the health checker, the hosts and the tasks with interfaces of their own are attached; nothing is ever sent there. */
export const SUBNET_ID = 'subnet-0a1b2c3d4e5f60718';

/**
 * Creates the private zone, with a low negative TTL: resolvers cache "no such name" for the lesser of the SOA's TTL and
 * its last field, 15 minutes in a zone as Route 53 makes it.
 */
export async function createZone({ clients, route53 }: Cloud, name: string): Promise<LocalZone> {
  const id = route53.addHostedZone({ name, vpcId: VPC_ID });
  const { ResourceRecordSets: sets = [] } = await clients.route53.listResourceRecordSets({ HostedZoneId: id });
  const soa = sets.find(({ Type }) => Type === 'SOA');
  const [value] = soa?.ResourceRecords ?? [];
  if (!soa?.Name || !value?.Value) throw new Error(`zone ${id} has no SOA record set`);
  const fields = value.Value.split(' ');
  const lowered = [...fields.slice(0, -1), NEGATIVE_TTL].join(' ');
  await clients.route53.changeResourceRecordSets({
    HostedZoneId: id,
    ChangeBatch: {
      Comment: 'negative TTL of the example zone',
      Changes: [
        {
          Action: 'UPSERT',
          ResourceRecordSet: { Name: soa.Name, Type: 'SOA', TTL: NEGATIVE_TTL, ResourceRecords: [{ Value: lowered }] },
        },
      ],
    },
  });
  return { id, name };
}
