import type {
  ChangeInfo,
  ChangeResourceRecordSetsRequest,
  CreateHostedZoneRequest,
  CreateResourceRecordSetProtectionsRequest,
  DeleteHostedZoneRequest,
  DeleteResourceRecordSetProtectionsRequest,
  GetChangeRequest,
  GetHostedZoneLimitRequest,
  GetHostedZoneRequest,
  ListHostedZonesByNameRequest,
  ListHostedZonesRequest,
  ListResourceRecordSetProtectionsRequest,
  ListResourceRecordSetsRequest,
  ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { withinAccounts } from './route53/account.ts';
import { type AppliedBatch, applyBatch } from './route53/change-batch.ts';
import { DELEGATION_SET, listZones, listZonesByName, newZone, zoneShape } from './route53/hosted-zones.ts';
import { ROUTE53_LIMITS, type Route53Limits } from './route53/limits.ts';
import { listPage } from './route53/listing.ts';
import { createProtections, deleteProtections, listProtections } from './route53/protections.ts';
import { checkRequest } from './route53/request-check.ts';
import { ROUTE53_SERVED } from './route53/served.ts';
import { changeTokens, throttle } from './route53/throttle.ts';
import { type Snapshot, type SubmittedChange, servedAt, type Zone } from './route53/zone.ts';
import { servedOnly } from './served.ts';
import { type Operation, type Service, ServiceFault } from './service.ts';

export interface Route53Options {
  /** Milliseconds of the epoch; the only clock. */
  readonly now: () => number;
  readonly limits?: Partial<Route53Limits>;
  /** Whether the token buckets of the account are enforced; default no. */
  readonly throttle?: boolean;
  /** How long a zone refuses further changes after one, in ms; default 0. */
  readonly changeProcessingMs?: number;
  /** Awaited before a change is answered; meanwhile the zone refuses further changes. */
  readonly processing?: () => Promise<void>;
  /** How long a change stays PENDING and hidden from DNS, in ms; default 0. */
  readonly propagationMs?: number;
}

/** One accepted change batch. */
export interface ZoneChange {
  readonly zoneId: string;
  /** Without `/change/`. */
  readonly changeId: string;
  readonly comment: string | undefined;
  /** When it was accepted, ms. */
  readonly at: number;
  /** Per record set; without `before` it was created, without `after` deleted. */
  readonly changes: readonly { readonly before?: ResourceRecordSet; readonly after?: ResourceRecordSet }[];
}

export interface NewZone {
  readonly name: string;
  readonly id?: string;
  readonly vpcId?: string;
  /** Twelve digits: callers of other accounts are refused. */
  readonly accountId?: string;
}

/** Route 53 as a service, and what only a stand-in can be asked. */
export interface Route53StandIn extends Service {
  /**
   * Creates a hosted zone with an id of one's own choice.
   *
   * @returns the id, without `/hostedzone/`
   */
  addHostedZone(zone: NewZone): string;
  /** From now on callers of other accounts are refused. @param accountId twelve digits */
  giveTo(zoneId: string, accountId: string): void;
  /** Makes a health check known that record sets may name. */
  addHealthCheck(id: string): void;
  /** What authoritative DNS serves now; the same array while nothing has changed. Empty for an unknown zone. */
  recordSets(zoneId: string): readonly ResourceRecordSet[];
  /** What has been accepted by now, whether DNS serves it already or not; the same array while nothing has changed. */
  accepted(zoneId: string): readonly ResourceRecordSet[];
  /** Calls back after each accepted batch; returns the way to stop that. */
  onChange(listener: (change: ZoneChange) => void): () => void;
}

/** A stand-in for Route 53, obeying the laws of the real one (test/laws/route53). All state is in memory. */
export function route53StandIn(options: Route53Options): Route53StandIn {
  const { now, changeProcessingMs = 0, propagationMs = 0, processing } = options;
  const limits = { ...ROUTE53_LIMITS, ...options.limits };
  const takeTokens = options.throttle ? throttle(now) : () => undefined;
  const zones = new Map<string, Zone>();
  const submitted = new Map<string, SubmittedChange>();
  const healthChecks = new Set<string>();
  const listeners = new Set<(change: ZoneChange) => void>();
  const shapes = new WeakMap<Snapshot, readonly ResourceRecordSet[]>();

  const shapesOf = (snapshot: Snapshot): readonly ResourceRecordSet[] => {
    const known = shapes.get(snapshot) ?? snapshot.map(({ shape }) => shape);
    shapes.set(snapshot, known);
    return known;
  };

  let zonesCreated = 0;
  const newZoneId = (): string => {
    zonesCreated += 1;
    return numberedId('Z', zonesCreated);
  };
  const zoneOf = (id: string | undefined): Zone => {
    const zone = zones.get(bareId(id));
    if (!zone)
      throw new ServiceFault('NoSuchHostedZone', `No hosted zone found with ID: ${bareId(id)}`, { statusCode: 404 });
    return zone;
  };
  const idleZoneOf = (id: string | undefined): Zone => {
    const zone = zoneOf(id);
    if (zone.inFlight === 0 && zone.busyUntil <= now()) return zone;
    throw new ServiceFault(
      'PriorRequestNotComplete',
      'The request was rejected because Route 53 was still processing a prior request.',
    );
  };
  const submit = (comment?: string): ChangeInfo => {
    const id = numberedId('C', submitted.size + 1);
    const info = {
      Id: `/change/${id}`,
      SubmittedAt: new Date(now()),
      ...(comment !== undefined && { Comment: comment }),
    };
    submitted.set(id, { info, inSyncFrom: now() + propagationMs });
    return { ...info, Status: 'PENDING' };
  };
  const accept = (zone: Zone, { snapshot, changes }: AppliedBatch, comment: string | undefined): ChangeInfo => {
    const info = submit(comment);
    zone.current = snapshot;
    zone.underway.push({ from: now() + propagationMs, snapshot });
    zone.busyUntil = now() + changeProcessingMs;
    const change: ZoneChange = {
      zoneId: zone.id,
      changeId: bareId(info.Id),
      comment,
      at: now(),
      changes: changes.map(({ before, after }) => ({
        ...(before && { before: before.shape }),
        ...(after && { after: after.shape }),
      })),
    };
    for (const listener of listeners) listener(change);
    return info;
  };

  const operations = {
    CreateHostedZone: (input: CreateHostedZoneRequest) => {
      takeTokens('CreateHostedZone', 2);
      const zone = newZone(newZoneId(), input, zones.values());
      zones.set(zone.id, zone);
      return {
        HostedZone: zoneShape(zone),
        ChangeInfo: submit(),
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${zone.id}`,
        ...(zone.vpc ? { VPC: zone.vpc } : { DelegationSet: DELEGATION_SET }),
      };
    },
    GetHostedZone: ({ Id: id }: GetHostedZoneRequest) => {
      takeTokens('GetHostedZone');
      const zone = zoneOf(id);
      return {
        HostedZone: zoneShape(zone),
        ...(zone.vpc ? { VPCs: [zone.vpc] } : { DelegationSet: DELEGATION_SET }),
      };
    },
    ListHostedZones: (input: ListHostedZonesRequest) => {
      takeTokens('ListHostedZones');
      return listZones(zones.values(), input);
    },
    ListHostedZonesByName: (input: ListHostedZonesByNameRequest) => {
      takeTokens('ListHostedZonesByName');
      return listZonesByName(zones.values(), input);
    },
    DeleteHostedZone: ({ Id: id }: DeleteHostedZoneRequest) => {
      takeTokens('DeleteHostedZone', 2);
      const zone = idleZoneOf(id);
      if (zone.current.length > 2 || zone.protections.size > 0) throw notEmpty(zone);
      zones.delete(zone.id);
      return { ChangeInfo: submit() };
    },
    GetHostedZoneLimit: ({ HostedZoneId: id, Type: type }: GetHostedZoneLimitRequest) => {
      takeTokens('GetHostedZoneLimit');
      const zone = zoneOf(id);
      if (type === 'MAX_RRSETS_BY_ZONE') {
        return { Limit: { Type: type, Value: limits.setsPerZone }, Count: zone.current.length };
      }
      if (type === 'MAX_VPCS_ASSOCIATED_BY_ZONE' && zone.vpc) {
        return { Limit: { Type: type, Value: 300 }, Count: 1 };
      }
      throw new ServiceFault('InvalidInput', `Invalid request: limit type ${type} for a public zone or unknown`);
    },
    ListResourceRecordSets: (input: ListResourceRecordSetsRequest) => {
      takeTokens('ListResourceRecordSets');
      return listPage(zoneOf(input.HostedZoneId).current, input, limits.pageSize);
    },
    ChangeResourceRecordSets: async ({ HostedZoneId: id, ChangeBatch: batch }: ChangeResourceRecordSetsRequest) => {
      const { Changes: changes, Comment: comment } = batch ?? { Changes: undefined };
      takeTokens('ChangeResourceRecordSets', changeTokens(changes ?? []));
      const checked = checkRequest({ Changes: changes, Comment: comment });
      const zone = idleZoneOf(id);
      for (const { set } of checked) {
        if (set.HealthCheckId === undefined || healthChecks.has(set.HealthCheckId)) continue;
        throw new ServiceFault('NoSuchHealthCheck', `A health check with id ${set.HealthCheckId} does not exist.`, {
          statusCode: 404,
        });
      }
      const info = accept(zone, applyBatch(zone, checked, limits), comment);
      if (processing) await whileBusy(zone, processing);
      return { ChangeInfo: info };
    },
    GetChange: ({ Id: id }: GetChangeRequest) => {
      takeTokens('GetChange');
      const change = submitted.get(bareId(id));
      if (!change) {
        throw new ServiceFault('NoSuchChange', `A change with the specified change ID does not exist: ${bareId(id)}`, {
          statusCode: 404,
        });
      }
      return { ChangeInfo: { ...change.info, Status: change.inSyncFrom <= now() ? 'INSYNC' : 'PENDING' } };
    },
    CreateResourceRecordSetProtections: (input: CreateResourceRecordSetProtectionsRequest) => {
      takeTokens('CreateResourceRecordSetProtections');
      createProtections(idleZoneOf(input.HostedZoneId), input.Protections ?? [], limits.protectionsPerZone);
      return {};
    },
    DeleteResourceRecordSetProtections: (input: DeleteResourceRecordSetProtectionsRequest) => {
      takeTokens('DeleteResourceRecordSetProtections');
      deleteProtections(idleZoneOf(input.HostedZoneId), input.Protections ?? []);
      return {};
    },
    ListResourceRecordSetProtections: (input: ListResourceRecordSetProtectionsRequest) => {
      takeTokens('ListResourceRecordSetProtections');
      return listProtections(zoneOf(input.HostedZoneId), input, limits.pageSize);
    },
  } satisfies Record<string, Operation>;

  return {
    signingName: 'route53',
    operations: servedOnly(
      withinAccounts(operations, (id) => zones.get(bareId(id))),
      ROUTE53_SERVED,
      (message) => new ServiceFault('InvalidInput', message),
    ),
    served: ROUTE53_SERVED,
    addHostedZone: ({ name, id = newZoneId(), vpcId, accountId }) => {
      const request = {
        Name: name,
        CallerReference: `added-${id}`,
        ...(vpcId !== undefined && { VPC: { VPCId: vpcId, VPCRegion: 'us-east-1' as const } }),
      };
      zones.set(id, { ...newZone(id, request, zones.values()), accountId });
      return id;
    },
    giveTo: (zoneId, accountId) => {
      const zone = zones.get(bareId(zoneId));
      if (zone) zones.set(zone.id, { ...zone, accountId });
    },
    addHealthCheck: (id) => {
      healthChecks.add(id);
    },
    recordSets: (zoneId) => {
      const zone = zones.get(bareId(zoneId));
      return zone ? shapesOf(servedAt(zone, now())) : [];
    },
    accepted: (zoneId) => {
      const zone = zones.get(bareId(zoneId));
      return zone ? shapesOf(zone.current) : [];
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

async function whileBusy(zone: Zone, processing: () => Promise<void>): Promise<void> {
  zone.inFlight += 1;
  try {
    await processing();
  } finally {
    zone.inFlight -= 1;
  }
}

function notEmpty(zone: Zone): ServiceFault {
  const what = zone.protections.size > 0 ? 'resource record set protections' : 'non-required resource record sets';
  return new ServiceFault('HostedZoneNotEmpty', `The specified hosted zone contains ${what} and so cannot be deleted.`);
}

/** Other clients than the SDK send ids as they were returned, with their prefix. */
function bareId(id: string | undefined): string {
  return (id ?? '').replace(/^\/?(?:hostedzone|change)\//, '');
}

// Real ids are random; numbered ones make a run repeatable. With `/hostedzone/` the model allows 32 characters.
function numberedId(prefix: string, number: number): string {
  return `${prefix}${number.toString(36).toUpperCase().padStart(19, '0')}`;
}
