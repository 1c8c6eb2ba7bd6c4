import type { ResourceRecordSet, RRType } from '@aws-sdk/client-route-53';
import { escapeName, normalizeName } from '../domain/dns/name.ts';
import { type RecordSet, type RoutingPolicy, valueText } from '../domain/dns/record-set.ts';
import { parseSrv } from '../domain/dns/srv.ts';

export function toRecordSet(stored: ResourceRecordSet): RecordSet {
  return {
    ownerName: normalizeName(stored.Name ?? ''),
    type: stored.Type ?? '',
    ttl: stored.TTL ?? 0,
    values: (stored.ResourceRecords ?? []).map(({ Value = '' }) =>
      stored.Type === 'SRV' ? (parseSrv(Value) ?? Value) : Value,
    ),
    policy: policyOf(stored),
    ...attributesOf(stored),
    ...(stored.SetIdentifier !== undefined && { setIdentifier: stored.SetIdentifier }),
    ...(stored.Weight !== undefined && { weight: stored.Weight }),
    stored,
  };
}

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

/** What was read goes back word for word; what we want is spelled out. */
export function fromRecordSet({
  stored,
  ownerName,
  type,
  ttl,
  values,
  setIdentifier,
  weight,
  policy,
}: RecordSet): ResourceRecordSet {
  if (stored) return stored as ResourceRecordSet;
  return {
    Name: escapeName(ownerName),
    Type: type as RRType,
    ...(setIdentifier !== undefined && { SetIdentifier: setIdentifier }),
    ...(weight !== undefined && { Weight: weight }),
    ...(policy === 'multivalue' && { MultiValueAnswer: true }),
    TTL: ttl,
    ResourceRecords: values.map((value) => ({ Value: valueText(value) })),
  };
}
