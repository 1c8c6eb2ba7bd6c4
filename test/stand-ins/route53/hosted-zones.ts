import type {
  CreateHostedZoneRequest,
  HostedZone,
  ListHostedZonesByNameRequest,
  ListHostedZonesByNameResponse,
  ListHostedZonesRequest,
  ListHostedZonesResponse,
} from '@aws-sdk/client-route-53';
import { ServiceFault } from '../service.ts';
import { readMaxItems } from './listing.ts';
import { isProblem, readName, type StoredName } from './name.ts';
import { storedSet } from './record-set.ts';
import { merged, type Zone } from './zone.ts';

// ListHostedZones: up to 100 zones on a page.
const ZONES_PER_PAGE = 100;

// What a private zone is given; its name servers are the same in every account.
const NAME_SERVERS = [
  'ns-1536.awsdns-00.co.uk.',
  'ns-0.awsdns-00.com.',
  'ns-1024.awsdns-00.org.',
  'ns-512.awsdns-00.net.',
];
const SOA = 'ns-1536.awsdns-00.co.uk. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400';

/** The name servers of a public zone, without their final dot. */
export const DELEGATION_SET = { NameServers: NAME_SERVERS.map((name) => name.slice(0, -1)) };

/**
 * A new zone with the NS and SOA record sets that Route 53 gives it (SOA-NSrecords.md): TTL 172,800 s and 900 s.
 *
 * @throws ServiceFault `InvalidDomainName`, `HostedZoneAlreadyExists`, `ConflictingDomainExists`
 */
export function newZone(id: string, request: CreateHostedZoneRequest, others: Iterable<Zone>): Zone {
  const { VPC: vpc, CallerReference: callerReference = '', HostedZoneConfig: config } = request;
  const name = readName(request.Name ?? '');
  if (isProblem(name) || name.labels.length === 0) {
    throw new ServiceFault('InvalidDomainName', `${request.Name} is not a valid domain name.`);
  }
  if (config?.PrivateZone !== undefined && config.PrivateZone !== (vpc !== undefined)) {
    throw new ServiceFault('InvalidInput', 'Invalid request: a zone is private exactly when a VPC is given');
  }
  for (const other of others) refuseTwin(other, name, request);

  const nameServers = NAME_SERVERS.map((Value) => ({ Value }));
  const current = merged(
    [],
    new Map(
      [
        storedSet(name, { Name: name.text, Type: 'NS', TTL: 172_800, ResourceRecords: nameServers }),
        storedSet(name, { Name: name.text, Type: 'SOA', TTL: 900, ResourceRecords: [{ Value: SOA }] }),
      ].map((set) => [set.key, set]),
    ),
  );
  return {
    id,
    name,
    callerReference,
    comment: config?.Comment,
    vpc,
    current,
    served: current,
    underway: [],
    busyUntil: Number.NEGATIVE_INFINITY,
    inFlight: 0,
    protections: new Map(),
  };
}

function refuseTwin(
  other: Zone,
  name: StoredName,
  { CallerReference: reference, VPC: vpc }: CreateHostedZoneRequest,
): void {
  if (other.callerReference === reference) {
    throw new ServiceFault(
      'HostedZoneAlreadyExists',
      `A hosted zone has already been created with the specified caller reference.`,
      { statusCode: 409 },
    );
  }
  if (vpc && other.vpc?.VPCId === vpc.VPCId && other.name.text === name.text) {
    throw new ServiceFault(
      'ConflictingDomainExists',
      `The VPC ${vpc.VPCId} in region ${vpc.VPCRegion} has already been associated with the hosted zone ${other.id} with the same domain name.`,
    );
  }
}

/** A zone as the API shows it. */
export function zoneShape(zone: Zone): HostedZone {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name.text,
    CallerReference: zone.callerReference,
    Config: {
      ...(zone.comment !== undefined && { Comment: zone.comment }),
      PrivateZone: zone.vpc !== undefined,
    },
    ResourceRecordSetCount: zone.current.length,
  };
}

/** One page of zones, in the order of their ids. */
export function listZones(zones: Iterable<Zone>, request: ListHostedZonesRequest): ListHostedZonesResponse {
  const size = readMaxItems(request.MaxItems, ZONES_PER_PAGE);
  const marker = request.Marker ?? '';
  const ordered = [...zones].filter(({ id }) => id >= marker).sort((one, other) => (one.id < other.id ? -1 : 1));
  const next = ordered[size];
  return {
    HostedZones: ordered.slice(0, size).map(zoneShape),
    Marker: request.Marker,
    IsTruncated: next !== undefined,
    ...(next && { NextMarker: next.id }),
    MaxItems: size,
  };
}

/** One page of zones, in the order of their reversed labels, then of their ids. */
export function listZonesByName(
  zones: Iterable<Zone>,
  request: ListHostedZonesByNameRequest,
): ListHostedZonesByNameResponse {
  const { DNSName: text, HostedZoneId: id } = request;
  if (text === undefined && id !== undefined) {
    throw new ServiceFault('InvalidInput', 'Invalid request: hostedzoneid is given without dnsname');
  }
  const start = text === undefined ? undefined : readName(text);
  if (start && isProblem(start)) throw new ServiceFault('InvalidDomainName', `${text} is not a valid domain name.`);

  const size = readMaxItems(request.MaxItems, ZONES_PER_PAGE);
  const from = start ? `${start.sortKey}\0${id ?? ''}` : '';
  const ordered = [...zones]
    .map((zone) => ({ zone, order: `${zone.name.sortKey}\0${zone.id}` }))
    .filter(({ order }) => order >= from)
    .sort((one, other) => (one.order < other.order ? -1 : 1));
  const next = ordered[size]?.zone;
  return {
    HostedZones: ordered.slice(0, size).map(({ zone }) => zoneShape(zone)),
    ...(text !== undefined && { DNSName: text }),
    ...(id !== undefined && { HostedZoneId: id }),
    IsTruncated: next !== undefined,
    ...(next && { NextDNSName: next.name.text, NextHostedZoneId: next.id }),
    MaxItems: size,
  };
}
