import { isOurValue, type Naming, ownerSubtree } from '../dns/naming.ts';
import { normalizeValue, type RecordSet, type Routing } from '../dns/record-set.ts';
import { parseSrv } from '../dns/srv.ts';
import { type EndpointKey, endpointKey } from '../ecs/endpoint.ts';
import { MAX_SET_WEIGHT } from './quotas.ts';

/** A value of ours as it stands in the zone. */
export interface OurValue {
  readonly key: EndpointKey;
  readonly value: string;
}

/**
 * The values of ours in a record set that a plan may change: those of a simple set, whoever else has values there, and
 * those of a set with an identifier that is wholly ours. A set of others with an identifier is never touched.
 */
export function ourValues(set: RecordSet, naming: Naming): readonly OurValue[] {
  if (set.type !== 'SRV' || isForeign(set, naming)) return [];
  return set.values.flatMap((value) => {
    const srv = isOurValue(value, naming) ? parseSrv(value) : undefined;
    return srv ? [{ key: endpointKey(srv), value }] : [];
  });
}

/** Whether a set as a whole belongs to others: an alias or the like, or one with an identifier and a value of theirs. */
export const isForeign = ({ policy, values }: RecordSet, naming: Naming): boolean =>
  policy === 'other' || (policy !== 'simple' && values.some((value) => !isOurValue(value, naming)));

/** How a name is served; without `routing` nothing of ours can stand there. */
export type NameRouting =
  | { readonly routing: Routing; readonly conflict?: string }
  | { readonly routing?: never; readonly conflict: string };

/**
 * Chooses how a name is served (design, section 7: what others have made is reported, never fought).
 *
 * | of others stand at the name                      | routing          | conflict |
 * | ------------------------------------------------ | ---------------- | -------- |
 * | nothing, or SRV sets of the deployment's routing | the deployment's | no       |
 * | SRV sets of another routing, ours among them     | theirs           | yes      |
 * | SRV sets of another routing, and nothing of ours | none             | yes      |
 * | a CNAME, an alias, a latency set and the like    | none             | yes      |
 */
export function routingAt(sets: readonly RecordSet[], configured: Routing, naming: Naming): NameRouting {
  if (sets.some(({ type }) => type === 'CNAME')) return { conflict: 'a CNAME record set stands at this name' };
  const srv = sets.filter(({ type }) => type === 'SRV');
  const theirs = srv.filter(
    ({ policy, values }) => policy === 'other' || values.some((one) => !isOurValue(one, naming)),
  );
  const other = theirs.find(({ policy }) => policy !== configured);
  if (!other) return { routing: configured };
  const identifier = other.policy === 'simple' ? '' : ` (${other.setIdentifier ?? 'alias'})`;
  const conflict = `an SRV record set with ${other.policy} routing${identifier} stands at this name`;
  const shared = srv.some((set) => ourValues(set, naming).length > 0);
  return other.policy !== 'other' && shared ? { routing: other.policy, conflict } : { conflict };
}

/** How values of ours are spread over record sets. */
export interface SetSettings {
  readonly routing: Routing;
  readonly naming: Naming;
  /** Seconds. */
  readonly ttl: number;
}

/**
 * The record sets that publish values of ours at a name.
 *
 * | routing      | record sets                                                              |
 * | ------------ | ------------------------------------------------------------------------ |
 * | `simple`     | one, of all values                                                       |
 * | `weighted`   | one for each endpoint; its weight is the SRV weight, at most 255         |
 * | `multivalue` | one for each endpoint                                                    |
 */
export function setsOf(
  ownerName: string,
  ours: readonly OurValue[],
  { routing, naming, ttl }: SetSettings,
): readonly RecordSet[] {
  const about = { ownerName, type: 'SRV', ttl, policy: routing } as const;
  const valuesOf = (some: readonly OurValue[]) => inStableOrder(some.map(({ value }) => value));
  if (routing === 'simple') return ours.length > 0 ? [{ ...about, values: valuesOf(ours) }] : [];
  return [...Map.groupBy(ours, ({ key }) => key)].map(([key, some]) => {
    const values = valuesOf(some);
    const set = { ...about, values, setIdentifier: setIdentifierOf(key, naming) };
    return routing === 'weighted' ? { ...set, weight: setWeightOf(values[0] ?? '') } : set;
  });
}

/** Names an endpoint among the sets of its name, for ever and for this deployment alone: `ecs/ip-10-0-1-23:32768`. */
export function setIdentifierOf(key: EndpointKey, naming: Naming): string {
  return `${naming.owner}/${key.replace(`.${ownerSubtree(naming)}:`, ':')}`;
}

/** The weight of the set that publishes a value. */
export const setWeightOf = (value: string) => Math.min(parseSrv(value)?.weight ?? 0, MAX_SET_WEIGHT);

/** Values of weighted sets whose weight is more than a set can have. */
export const overweight = (sets: readonly RecordSet[]): readonly string[] =>
  sets
    .filter(({ policy }) => policy === 'weighted')
    .flatMap(({ values }) => values.filter((value) => (parseSrv(value)?.weight ?? 0) > MAX_SET_WEIGHT));

/** Each once, in an order that does not depend on where they came from. */
export function inStableOrder(values: readonly string[]): readonly string[] {
  const form = (value: string) => normalizeValue('SRV', value);
  return [...new Set(values)].sort((one, other) => (form(one) < form(other) ? -1 : 1));
}
