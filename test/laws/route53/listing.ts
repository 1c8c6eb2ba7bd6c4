import {
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';

/** All pages of a zone's list, each started where the one before said. */
export async function allPages(
  client: Route53Client,
  zoneId: string,
  maxItems?: number,
): Promise<ListResourceRecordSetsCommandOutput[]> {
  const pages: ListResourceRecordSetsCommandOutput[] = [];
  let start = {};
  for (;;) {
    const page = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ...(maxItems !== undefined && { MaxItems: maxItems }),
        ...start,
      }),
    );
    pages.push(page);
    if (!page.IsTruncated) return pages;
    start = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}

/** Every record set of a zone, in the API's order. */
export async function everySet(client: Route53Client, zoneId: string): Promise<ResourceRecordSet[]> {
  const pages = await allPages(client, zoneId);
  return pages.flatMap(({ ResourceRecordSets: sets = [] }) => sets);
}

/** The record set of the given type at the zone's apex, as the API returns it. */
export async function apexSet(client: Route53Client, zoneId: string, type: 'NS' | 'SOA'): Promise<ResourceRecordSet> {
  const own = (await everySet(client, zoneId)).find(({ Type }) => Type === type);
  if (!own) throw new Error(`zone ${zoneId} has no ${type} record set`);
  return own;
}
