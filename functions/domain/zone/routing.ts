import { addressTypeOf, isAddressName, isAddressType } from '../dns/address-name.ts';
import { isOurValue, isReserved, labelOf, type Naming } from '../dns/ownership.ts';
import { normalValue, type RecordSet, type Routing, type Value, valueText } from '../dns/record-set.ts';
import { normalSrv, type Srv } from '../dns/srv.ts';
import { type EndpointKey, endpointKey } from '../ecs/claim.ts';
import { MAX_SET_WEIGHT } from '../words/quotas.ts';

/** A value of ours as it stands in the zone. */
export interface OurValue {
  readonly key: EndpointKey;
  readonly value: Srv;
}

/** Whether a set may publish instances, ours or those of others: addresses at the name of an address name, else SRV values. */
export const isInstanceSet = ({ ownerName, type }: RecordSet, naming: Naming): boolean =>
  isAddressName(ownerName, naming) ? isAddressType(type) : type === 'SRV';

/**
 * The values of ours in a record set that a plan may change, each once: those of a simple set, whoever else has values there, and
 * those of a set with an identifier that is wholly ours. A set of others with an identifier is never touched.
 */
export function ourValues(set: RecordSet, naming: Naming): readonly OurValue[] {
  if (!isInstanceSet(set, naming) || isForeign(set, naming)) return [];
  return eachOnce(
    set.values.flatMap((value) => (isOurValue(value, naming) ? [{ key: endpointKey(value), value }] : [])),
  );
}

/** A value in two spellings (another case, a final dot, a zero before a number) is one: the normal one where it is there. */
export function eachOnce(values: readonly OurValue[]): readonly OurValue[] {
  const keys = new Set(values.map(({ key }) => key));
  if (keys.size === values.length) return values;
  const spelled = Map.groupBy(values, ({ value }) => normalSrv(value));
  return [...spelled.values()].flatMap(
    (all) => all.find(({ value }) => value.spelled === undefined) ?? all.slice(0, 1),
  );
}

/**
 * Whether a set as a whole belongs to others: an alias or the like, one with attributes that we do not make (a health
 * check, say), one with an identifier and a value of theirs, or one at or below our label, where we publish nothing but the
 * addresses of address names.
 */
export const isForeign = (set: RecordSet, naming: Naming): boolean =>
  set.policy === 'other' ||
  (isReserved(set.ownerName, naming) && !(isAddressType(set.type) && isAddressName(set.ownerName, naming))) ||
  (set.policy !== 'simple' && isShared(set, (value) => isOurValue(value, naming)));

/** Whether others have a part in a set: a value, or an attribute of the whole. */
export const isShared = ({ attributes, values }: RecordSet, isOurs: (value: Value) => boolean): boolean =>
  attributes !== undefined || values.some((value) => !isOurs(value));

/** How a name is served; without `routing` nothing of ours can stand there. */
export type NameRouting =
  | { readonly routing: Routing; readonly conflict?: string }
  | { readonly routing?: never; readonly conflict: string };

/**
 * Chooses how a name is served (design, section 7: what others have made is reported, never fought).
 *
 * | of others stand at the name                                   | routing          | conflict |
 * | ------------------------------------------------------------- | ---------------- | -------- |
 * | nothing, or SRV sets of the deployment's routing              | the deployment's | no       |
 * | one of these with values of ours and attributes of theirs     | the deployment's | yes: these values stay as they are |
 * | SRV sets of another routing, ours among them                  | theirs           | yes      |
 * | SRV sets of another routing, and nothing of ours              | none             | yes      |
 * | a CNAME, an alias, a latency set, a simple set with a health check and the like | none | yes |
 */
export function routingAt(sets: readonly RecordSet[], configured: Routing, naming: Naming): NameRouting {
  if (sets.some(({ type }) => type === 'CNAME')) return { conflict: 'a CNAME record set stands at this name' };
  const serving = sets.filter((set) => isInstanceSet(set, naming));
  const isOurs = (value: Value) => isOurValue(value, naming);
  const theirs = serving.filter((set) => set.policy === 'other' || isShared(set, isOurs));
  const other = theirs.find(({ policy }) => policy === 'other') ?? theirs.find(({ policy }) => policy !== configured);
  if (!other) {
    const frozen = theirs.find(({ attributes, values }) => attributes && values.some(isOurs));
    return { routing: configured, ...(frozen && { conflict: `${describe(frozen)}, so our values in it stay` }) };
  }
  const conflict = describe(other);
  const shared = serving.some((set) => ourValues(set, naming).length > 0);
  return other.policy !== 'other' && shared ? { routing: other.policy, conflict } : { conflict };
}

export function describe({ type, policy, setIdentifier, attributes = [] }: RecordSet): string {
  const what = attributes.includes('AliasTarget') ? 'alias' : attributes.join(', ');
  const identifier = policy === 'simple' ? '' : ` (${setIdentifier ?? (what || 'alias')})`;
  const more = setIdentifier !== undefined && what !== '' ? ` and ${what}` : '';
  return `an ${type} record set with ${policy} routing${identifier}${more} stands at this name`;
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
 * | `simple`     | one, of all values; at an address name one for each address family       |
 * | `weighted`   | one for each endpoint; its weight is the SRV weight, at most 255         |
 * | `multivalue` | one for each endpoint                                                    |
 */
export function setsOf(
  ownerName: string,
  ours: readonly OurValue[],
  { routing, naming, ttl }: SetSettings,
): readonly RecordSet[] {
  const about = { ownerName, ttl, policy: routing } as const;
  const byAddress = isAddressName(ownerName, naming);
  const typeOf = (value: Srv) => (byAddress ? addressTypeOf(value) : 'SRV');
  const valuesOf = (some: readonly OurValue[]) => inStableOrder(some.map(({ value }) => value));
  if (routing === 'simple') {
    const byType = Map.groupBy(ours, ({ value }) => typeOf(value));
    return [...byType].map(([type, some]) => ({ ...about, type, values: valuesOf(some) }));
  }
  return [...Map.groupBy(ours, ({ key }) => key).values()].flatMap((some) => {
    const values = valuesOf(some);
    const [first] = values;
    if (!first) return [];
    const set = { ...about, type: typeOf(first), values, setIdentifier: setIdentifierOf(first, naming) };
    return [routing === 'weighted' ? { ...set, weight: Math.min(first.weight, MAX_SET_WEIGHT) } : set];
  });
}

/** Names an endpoint among the sets of its name, for ever and for this deployment alone: `ecs/ip-10-0-1-23:32768`. */
export const setIdentifierOf = ({ target, port }: Pick<Srv, 'target' | 'port'>, { owner }: Naming): string =>
  `${owner}/${labelOf(target)}:${port}`;

/** Values of weighted sets whose weight is more than a set can have. */
export const overweight = (sets: readonly RecordSet[]): readonly Srv[] =>
  sets
    .filter(({ policy }) => policy === 'weighted')
    .flatMap(({ values }) => values.filter((value) => typeof value !== 'string'))
    .filter(({ weight }) => weight > MAX_SET_WEIGHT);

/** Each once, as it is spelled, in an order that does not depend on where they came from. */
export function inStableOrder<V extends Value>(values: readonly V[]): readonly V[] {
  const once = new Map(values.map((value) => [valueText(value), value]));
  const forms = [...once.values()].map((value) => ({ value, form: normalValue(value) }));
  return forms.sort((one, other) => (one.form < other.form ? -1 : 1)).map(({ value }) => value);
}
