import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import { parseAddress } from '../domain/dns/address-name.ts';
import { escapeName, normalizeName } from '../domain/dns/name.ts';
import {
  type AliasTarget,
  type RecordSet,
  type RoutingPolicy,
  type Value,
  valueText,
} from '../domain/dns/record-set.ts';
import { parseSrv } from '../domain/dns/srv.ts';

/** @param zoneId of the hosted zone that it stands in */
export function toRecordSet(stored: ResourceRecordSet, zoneId = ''): RecordSet {
  const ownerName = normalizeName(stored.Name ?? '');
  return {
    ownerName,
    type: stored.Type ?? '',
    ttl: stored.TTL ?? 0,
    values: (stored.ResourceRecords ?? []).map(({ Value = '' }) => readValue(stored.Type, Value, ownerName)),
    policy: policyOf(stored),
    ...attributesOf(stored),
    ...(stored.AliasTarget && { aliasTarget: aliasTargetOf(stored.AliasTarget, zoneId) }),
    ...(stored.SetIdentifier !== undefined && { setIdentifier: stored.SetIdentifier }),
    ...(stored.Weight !== undefined && { weight: stored.Weight }),
    stored,
  };
}

function readValue(type: RRType | undefined, text: string, ownerName: string): Value {
  if (type === 'SRV') return parseSrv(text) ?? text;
  return type === 'A' || type === 'AAAA' ? (parseAddress(ownerName, text) ?? text) : text;
}

function aliasTargetOf(
  { DNSName: name = '', HostedZoneId: zone = '', EvaluateTargetHealth: evaluates }: Partial<StoredTarget>,
  zoneId: string,
): AliasTarget {
  return {
    name: normalizeName(name),
    ...(bareId(zone) !== bareId(zoneId) && { elsewhere: true as const }),
    ...(evaluates && { evaluatesHealth: true as const }),
  };
}

type StoredTarget = NonNullable<ResourceRecordSet['AliasTarget']>;

const bareId = (id: string) => id.replace(/^\/?hostedzone\//, '');

function policyOf(stored: ResourceRecordSet): RoutingPolicy {
  const { SetIdentifier, Weight, MultiValueAnswer, AliasTarget, TrafficPolicyInstanceId } = stored;
  if (AliasTarget || TrafficPolicyInstanceId) return 'other';
  if (SetIdentifier === undefined) return attributesOf(stored).attributes ? 'other' : 'simple';
  if (Weight !== undefined) return 'weighted';
  return MultiValueAnswer ? 'multivalue' : 'other';
}

/** What a set of ours can consist of. */
const MADE: ReadonlySet<string> = new Set([
  'Name',
  'Type',
  'TTL',
  'ResourceRecords',
  'SetIdentifier',
  'Weight',
  'MultiValueAnswer',
]);

/** Those that Route 53 will know one day too: whatever is not ours to make. */
function attributesOf(stored: ResourceRecordSet): { readonly attributes?: readonly string[] } {
  const attributes = Object.entries(stored).flatMap(([name, value]) =>
    value === undefined || MADE.has(name) ? [] : [name],
  );
  return attributes.length > 0 ? { attributes: attributes.sort() } : {};
}

/**
 * What was read goes back word for word; what we want is spelled out.
 *
 * @param zoneId of the hosted zone that it is to stand in; only an alias says it
 */
export function fromRecordSet(wanted: RecordSet, zoneId = ''): ResourceRecordSet {
  const { stored, ownerName, type, ttl, values, setIdentifier, weight, policy, aliasTarget } = wanted;
  if (stored) return stored as ResourceRecordSet;
  return {
    Name: escapeName(ownerName),
    Type: type as RRType,
    ...(setIdentifier !== undefined && { SetIdentifier: setIdentifier }),
    ...(weight !== undefined && { Weight: weight }),
    ...(policy === 'multivalue' && { MultiValueAnswer: true }),
    ...(aliasTarget
      ? { AliasTarget: storedTarget(aliasTarget, zoneId) }
      : { TTL: ttl, ResourceRecords: values.map((value) => ({ Value: valueText(value) })) }),
  };
}

const storedTarget = ({ name, evaluatesHealth }: AliasTarget, zoneId: string): StoredTarget => ({
  HostedZoneId: bareId(zoneId),
  DNSName: escapeName(name),
  EvaluateTargetHealth: evaluatesHealth ?? false,
});
