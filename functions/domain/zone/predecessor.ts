import { normalizeName } from '../dns/name.ts';
import { isOurValue, type Naming } from '../dns/ownership.ts';
import { type RecordSet, valueText } from '../dns/record-set.ts';

/**
 * What the agents of service-discovery-ecs-dns call their SRV record sets: `<host>:<container id>`, whatever host name the
 * agent goes by; the first ones used the whole container id alone. Ids of docker have 64 hex digits, or their first 12.
 */
const IDENTIFIER = /^(?:[a-z0-9._-]+:[0-9a-f]{12,64}|[0-9a-f]{64})$/i;

/**
 * Whether an agent of the predecessor has made a set: weighted, with one SRV value and an identifier of its form, and
 * nothing that it never makes, like a health check. Where the value is ours, a run takes care of it.
 */
export function isPredecessors(
  { type, policy, values, setIdentifier, attributes }: RecordSet,
  naming: Naming,
): boolean {
  const [value = '', ...more] = values;
  const formed = more.length === 0 && typeof value !== 'string' && IDENTIFIER.test(setIdentifier ?? '');
  return type === 'SRV' && policy === 'weighted' && formed && attributes === undefined && !isOurValue(value, naming);
}

/**
 * The address of the host that a predecessor's value names.
 *
 * | the target                                                        | its address                        |
 * | ----------------------------------------------------------------- | ---------------------------------- |
 * | `ip-10-0-1-23` in whatever domain, as EC2 makes names of addresses | 10.0.1.23                         |
 * | has an A set of one value in the zone                              | that                              |
 * | its first label has one below the zone, with the target as identifier: newer agents make it | that     |
 * | a name of an instance id, of a person's choice                     | unknown: it cannot be placed       |
 *
 * @param target normalized
 * @param zone every record set of the zone
 */
export function hostAddress(target: string, zone: readonly RecordSet[], naming: Naming): string | undefined {
  const [label = ''] = target.split('.');
  const octets = /^ip-(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})$/.exec(label)?.slice(1);
  if (octets?.every((octet) => Number(octet) <= 255 && String(Number(octet)) === octet)) return octets.join('.');
  const ofAgent = `${label}.${naming.zone}`;
  const found = zone.filter(
    ({ type, ownerName, setIdentifier }) =>
      type === 'A' &&
      (ownerName === target ||
        (ownerName === ofAgent && setIdentifier !== undefined && normalizeName(setIdentifier) === target)),
  );
  const [address, ...others] = new Set(found.flatMap(({ values }) => values.map(valueText)));
  return others.length === 0 ? address : undefined;
}
