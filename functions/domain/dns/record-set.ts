import { canonicalIpv6 } from './ipv6.ts';
import { normalSrv, type Srv, srvText } from './srv.ts';

/** One value: an SRV value as its fields; whatever else, and what calls itself SRV and is none, word for word. */
export type Value = string | Srv;

/**
 * How Route 53 chooses among the record sets of one name and type. `other`: latency, failover, geo, alias, traffic policy,
 * and whatever has no identifier but attributes that we do not make.
 */
export type RoutingPolicy = 'simple' | 'weighted' | 'multivalue' | 'other';

/** Those that a deployment can serve its names with: one set of all instances, or one set for each. */
export type Routing = Exclude<RoutingPolicy, 'other'>;

/** All records of one owner name and one type (an RRset, RFC 2181 section 5), as Route 53 stores it. */
export interface RecordSet {
  /** Normalized: lower case, final dot, `_api._tcp.shop.internal.` (RFC 2782 for SRV). */
  readonly ownerName: string;
  /** `SRV`, `A`, `TXT`, `CNAME`, `SOA`, … */
  readonly type: string;
  /** How long a resolver may cache the answer, in seconds. */
  readonly ttl: number;
  /** At least one unless the set is an alias; order carries no meaning. */
  readonly values: readonly Value[];
  readonly policy: RoutingPolicy;
  /** Tells the sets of one name and type apart; absent for `simple`. */
  readonly setIdentifier?: string;
  /** 0–255, only for `weighted`. */
  readonly weight?: number;
  /**
   * Attributes that we never make, by Route 53's names: `HealthCheckId`, `Region`, … Whoever has put them there owns the
   * set as a whole, since they would be lost with the next change.
   */
  readonly attributes?: readonly string[];
  /** Of an alias, what it answers with. It has no TTL and no values of its own: 0 and none. */
  readonly aliasTarget?: AliasTarget;
  /** The very object that Route 53 returned; a DELETE repeats it word for word. Absent on what we want to create. */
  readonly stored?: unknown;
}

/** The set that an alias is answered with. */
export interface AliasTarget {
  /** Normalized. */
  readonly name: string;
  /** In another hosted zone than the alias. */
  readonly elsewhere?: true;
  readonly evaluatesHealth?: true;
}

/** The form in which values of one type are compared. */
export const normalValue = (value: Value): string => (typeof value === 'string' ? value : normalSrv(value));

/** An IPv6 address has many spellings, and Route 53 answers with that which it was given, or with its own. */
const normalValueIn = ({ type }: RecordSet, value: Value): string =>
  (type === 'AAAA' && typeof value === 'string' ? canonicalIpv6(value) : undefined) ?? normalValue(value);

/** Characters that it counts against the quotas of Route 53. */
export const lengthOf = (value: Value): number => valueText(value).length;

/** RDATA in presentation format, word for word. */
export const valueText = (value: Value): string => (typeof value === 'string' ? value : srvText(value));

/** Whether two sets answer alike: TTL and values, whatever the order and spelling, or the same set in their place. */
export function sameAnswer(one: RecordSet, other: RecordSet): boolean {
  if (one.ttl !== other.ttl || !sameTarget(one.aliasTarget, other.aliasTarget)) return false;
  const values = (set: RecordSet) => new Set(set.values.map((value) => normalValueIn(set, value)));
  const [these, those] = [values(one), values(other)];
  return these.size === those.size && these.isSubsetOf(those);
}

const sameTarget = (one: AliasTarget | undefined, other: AliasTarget | undefined): boolean =>
  one?.name === other?.name && one?.elsewhere === other?.elsewhere && one?.evaluatesHealth === other?.evaluatesHealth;

/** Whether two sets are one and the same to Route 53: besides the answer also how it is chosen. */
export function sameRecordSet(one: RecordSet, other: RecordSet): boolean {
  return (
    one.policy === other.policy &&
    one.setIdentifier === other.setIdentifier &&
    one.weight === other.weight &&
    sameAnswer(one, other)
  );
}
