import { ChangeResourceRecordSetsCommand, type ResourceRecordSet, Route53Client } from '@aws-sdk/client-route-53';
import { onTestFinished } from 'vitest';
import { type Route53Options, route53StandIn } from '../stand-ins/route53.ts';
import { type Served, served } from './served.ts';

export const ZONE_ID = 'Z0ADAPTERS';

/** A zone behind HTTP, and the way in which others than our adapters change and see it. */
export interface ServedZone extends Served {
  /** Creates record sets as somebody else does, a few hundred at a time. */
  fill(sets: readonly ResourceRecordSet[]): Promise<void>;
  /** What the zone holds now besides its SOA and NS. */
  contents(): readonly ResourceRecordSet[];
}

/** The zone `shop.internal.`, gone with the test. */
export async function servedZone(options: Partial<Route53Options> = {}): Promise<ServedZone> {
  const route53 = route53StandIn({ now: Date.now, ...options });
  route53.addHostedZone({ name: 'shop.internal', id: ZONE_ID, vpcId: 'vpc-1' });
  const endpoint = await served(route53);
  const client = new Route53Client({});
  onTestFinished(() => client.destroy());
  return {
    ...endpoint,
    async fill(sets) {
      for (let index = 0; index < sets.length; index += 200) {
        const Changes = sets
          .slice(index, index + 200)
          .map((ResourceRecordSet) => ({ Action: 'CREATE' as const, ResourceRecordSet }));
        await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: ZONE_ID, ChangeBatch: { Changes } }));
      }
    },
    contents: () => route53.recordSets(ZONE_ID).filter(({ Type }) => Type !== 'SOA' && Type !== 'NS'),
  };
}

/** A simple A record set. */
export function address(name: string, value = '10.0.0.1'): ResourceRecordSet {
  return { Name: name, Type: 'A', TTL: 60, ResourceRecords: [{ Value: value }] };
}
