import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import type { DnsZone } from './zone-index.ts';

/** A simple record set as Route 53 returns it. */
export const simpleSet = (
  Name: string,
  Type: RRType,
  TTL: number,
  ...values: readonly string[]
): ResourceRecordSet => ({
  Name,
  Type,
  TTL,
  ResourceRecords: values.map((Value) => ({ Value })),
});

/** A zone that never changes, with the SOA and NS that Route 53 gives every zone. */
export function fixedZone(name: string, ...recordSets: readonly ResourceRecordSet[]): DnsZone {
  const soa = 'ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400';
  const all = [
    simpleSet(`${name}.`, 'SOA', 900, soa),
    simpleSet(`${name}.`, 'NS', 172_800, 'ns-1536.awsdns-00.co.uk.', 'ns-0.awsdns-00.com.'),
    ...recordSets,
  ];
  return { name, recordSets: () => all };
}
