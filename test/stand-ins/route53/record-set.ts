import { isDeepStrictEqual } from 'node:util';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { StoredName } from './name.ts';

/** A record set in a zone. */
export interface StoredSet {
  readonly name: StoredName;
  /** Orders the list and identifies the set: name by reversed labels, type, set identifier. */
  readonly key: string;
  /** What the API returns: the name normalized, everything else word for word as it was sent. */
  readonly shape: ResourceRecordSet;
}

export type RoutingPolicy =
  | 'simple'
  | 'weighted'
  | 'latency'
  | 'failover'
  | 'geolocation'
  | 'geoproximity'
  | 'multivalue answer'
  | 'ip-based';

/** The members that make a set other than simple, by policy. */
export const POLICY_MEMBERS: readonly (readonly [keyof ResourceRecordSet, RoutingPolicy])[] = [
  ['Weight', 'weighted'],
  ['Region', 'latency'],
  ['Failover', 'failover'],
  ['GeoLocation', 'geolocation'],
  ['GeoProximityLocation', 'geoproximity'],
  ['MultiValueAnswer', 'multivalue answer'],
  ['CidrRoutingConfig', 'ip-based'],
];

/** A key that orders like ListResourceRecordSets: 0 sorts before every character of a name. */
export function setKey(name: StoredName, type = '', identifier = ''): string {
  return `${name.sortKey}\0${type}\0${identifier}`;
}

export function storedSet(name: StoredName, sent: ResourceRecordSet): StoredSet {
  return {
    name,
    key: setKey(name, sent.Type, sent.SetIdentifier),
    shape: { ...sent, Name: name.text },
  };
}

export function policyOf(set: ResourceRecordSet): RoutingPolicy {
  return POLICY_MEMBERS.find(([member]) => set[member] !== undefined && set[member] !== false)?.[1] ?? 'simple';
}

/**
 * Whether a DELETE repeats the stored set.
 *
 * Name, type and identifier agree already. TTL, values and every other member must agree; the order of values means
 * nothing; MultiValueAnswer may be left out (moto issue 7153). Values are compared as text.
 */
export function repeats(sent: ResourceRecordSet, stored: ResourceRecordSet): boolean {
  return isDeepStrictEqual(
    comparable(sent.MultiValueAnswer === undefined ? { ...sent, MultiValueAnswer: stored.MultiValueAnswer } : sent),
    comparable(stored),
  );
}

function comparable({ Name, ResourceRecords, ...rest }: ResourceRecordSet): object {
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...present, values: ResourceRecords?.map(({ Value }) => Value).sort() };
}
